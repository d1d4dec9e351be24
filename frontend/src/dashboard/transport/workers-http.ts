/** What an administrator asks over HTTP. Every failure is an `HttpError`. */
import { get, send } from "../../transport/http";
import type { Sample, Span, WishResult, WorkerWish } from "../protocol/workers";

const BASE = "/admin/workers";
const at = (worker: string): string => `${BASE}/${encodeURIComponent(worker)}`;

/** Sends a wish; returns its id. */
export async function sendWish(worker: string, wish: WorkerWish): Promise<string> {
  return (await send<{ id: string }>("POST", `${at(worker)}/commands`, wish)).id;
}

export const getWishResult = (id: string): Promise<WishResult> =>
  get(`${BASE}/commands/${encodeURIComponent(id)}`);

export async function setQueue(
  model: string,
  action: "pause" | "resume",
  reason: string,
): Promise<void> {
  await send("POST", `/admin/queues/${encodeURIComponent(model)}/${action}`, { reason });
}

export async function getHistory(worker: string, span: Span): Promise<readonly Sample[]> {
  return (await get<{ samples: readonly Sample[] }>(`${at(worker)}/history?span=${span}`)).samples;
}

/** The newest lines of a worker's log, the oldest first. */
export async function getLog(worker: string): Promise<readonly string[]> {
  return (await get<{ lines: readonly string[] }>(`${at(worker)}/log`)).lines;
}

/** Where a browser finds a worker's diagnostics as a ZIP file. */
export const diagnosticsPath = (worker: string): string => `${at(worker)}/diagnostics`;
