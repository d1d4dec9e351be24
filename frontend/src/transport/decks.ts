/** What a person changes about a deck, over HTTP. */
import type { Theme } from "../protocol/resources";
import { get, send } from "./http";

/** A change to a deck; `base` is the version it was made on. */
export type DeckEdit =
  | { readonly base: number; readonly order: readonly string[] }
  | { readonly base: number; readonly page: string; readonly notes: string }
  | { readonly base: number; readonly theme: string };

interface Numbered {
  readonly number: number;
}

const at = (artifact: string): string => `/api/artifacts/${encodeURIComponent(artifact)}`;

/** The themes that have a name. */
export async function listThemes(): Promise<readonly Theme[]> {
  return (await get<{ themes: readonly Theme[] }>("/api/themes")).themes;
}

/** Stores a person's change; returns the number of the version that it made. */
export async function storeDeckEdit(artifact: string, edit: DeckEdit): Promise<number> {
  return (await send<Numbered>("POST", `${at(artifact)}/versions`, edit)).number;
}

/** Makes an older version the newest again; returns the new number. */
export async function restoreDeck(artifact: string, number: number): Promise<number> {
  return (await send<Numbered>("POST", `${at(artifact)}/restore`, { number })).number;
}

/** Where the picture of a page is, once there is one. */
export function thumbnailPath(artifact: string, version: number, sha256: string): string {
  return `${at(artifact)}/thumbnails/${sha256}.webp?version=${version}`;
}
