/** Publications over HTTP. */
import type { Publication, PublishedThing, Visibility } from "../protocol/publications";
import { call, get, send, versionPath } from "./http";

const at = (slug: string): string => `/api/publications/${encodeURIComponent(slug)}`;

/** The publication of an artifact, or null while it is private. */
export async function findPublication(artifact: string): Promise<Publication | null> {
  const path = `/api/artifacts/${encodeURIComponent(artifact)}/publication`;
  return (await get<{ publication: Publication | null }>(path)).publication;
}

/** Lets others see a version; an artifact that was published keeps its link. */
export function publish(
  artifact: string,
  version: number,
  visibility: Visibility,
): Promise<Publication> {
  return send("POST", `${versionPath(artifact, version)}/publication`, { visibility });
}

/** Lets others find what is published, or only those with the link. */
export function changeVisibility(slug: string, visibility: Visibility): Promise<Publication> {
  return send("PATCH", at(slug), { visibility });
}

/** Takes it back at once. */
export async function unpublish(slug: string): Promise<void> {
  await call("DELETE", at(slug));
}

/** What somebody published, for whoever has its link. */
export const getPublished = (slug: string): Promise<PublishedThing> => get(at(slug));

/** What everybody may see, the newest first. */
export async function listPublished(): Promise<readonly PublishedThing[]> {
  return (await get<{ publications: readonly PublishedThing[] }>("/api/publications")).publications;
}

/** Makes a new chat of this person with a copy; returns the chat's id. */
export async function remix(slug: string): Promise<string> {
  return (await send<{ conversation: string }>("POST", `${at(slug)}/remix`, {})).conversation;
}
