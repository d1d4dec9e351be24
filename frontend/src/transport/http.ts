/** HTTP on the app origin. Every failure is an `HttpError` with a sentence for the person. */
import type { ErrorCode } from "../protocol/events.gen";
import type {
  ArtifactVersion,
  CheckReport,
  Conversation,
  ConversationSummary,
  PageContent,
  Session,
} from "../protocol/resources";

export class HttpError extends Error {
  /** HTTP status, or 0 when the server was not reached. */
  readonly status: number;
  readonly code: ErrorCode | null;

  constructor(status: number, code: ErrorCode | null, message: string) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
  }
}

function csrfToken(): string {
  return /(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

async function failure(response: Response): Promise<HttpError> {
  const fallback = "The server gave an answer that this page does not understand; try again.";
  try {
    const { error } = (await response.json()) as { error: { code: ErrorCode; message: string } };
    return new HttpError(response.status, error.code, error.message);
  } catch {
    return new HttpError(response.status, null, fallback);
  }
}

/** One request; a body is sent as JSON. Raises HttpError unless the answer is a success. */
export async function call(method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    const init: RequestInit = { method, headers, credentials: "same-origin" };
    if (body !== undefined) init.body = JSON.stringify(body);
    response = await fetch(path, init);
  } catch {
    throw new HttpError(0, null, "The server cannot be reached; check the connection.");
  }
  if (!response.ok) throw await failure(response);
  return response;
}

/** What the server answers at an address. Raises HttpError. */
export async function get<T>(path: string): Promise<T> {
  return (await (await call("GET", path)).json()) as T;
}

/** Sends something and returns the answer. Raises HttpError. */
export async function send<T>(method: "POST" | "PATCH", path: string, body: unknown): Promise<T> {
  return (await (await call(method, path, body)).json()) as T;
}

const at = (id: string): string => `/api/conversations/${encodeURIComponent(id)}`;

export const getSession = (): Promise<Session> => get("/api/session");

export async function listConversations(): Promise<readonly ConversationSummary[]> {
  const path = "/api/conversations";
  return (await get<{ conversations: readonly ConversationSummary[] }>(path)).conversations;
}

export const getConversation = (id: string): Promise<Conversation> => get(at(id));

export async function renameConversation(id: string, title: string): Promise<void> {
  await call("PATCH", at(id), { title });
}

export async function deleteConversation(id: string): Promise<void> {
  await call("DELETE", at(id));
}

export async function restoreConversation(id: string): Promise<void> {
  await call("POST", `${at(id)}/restore`);
}

/** Where a version of an artifact is found. */
export function versionPath(artifact: string, version: number): string {
  return `/api/artifacts/${encodeURIComponent(artifact)}/versions/${version}`;
}

export function getArtifactVersion(artifact: string, version: number): Promise<ArtifactVersion> {
  return get(versionPath(artifact, version));
}

export function getPage(artifact: string, version: number, page: string): Promise<PageContent> {
  return get(`${versionPath(artifact, version)}/pages/${encodeURIComponent(page)}`);
}

export function getCheckReport(artifact: string, version: number): Promise<CheckReport> {
  return get(`${versionPath(artifact, version)}/check`);
}

interface Numbered {
  readonly number: number;
}

const artifactPath = (artifact: string): string => `/api/artifacts/${encodeURIComponent(artifact)}`;

/** Stores a person's text that was made from version `base`; returns the number of its version. */
export async function storeContent(
  artifact: string,
  base: number,
  content: string,
): Promise<number> {
  const path = `${artifactPath(artifact)}/versions`;
  return (await send<Numbered>("POST", path, { base, content })).number;
}

/** Makes an older version the newest again; returns the new number. */
/** Has a version checked that no answer made. False where nobody checks. */
export async function requestCheck(artifact: string, version: number): Promise<boolean> {
  const { asked } = await send<{ asked: boolean }>(
    "POST",
    `${versionPath(artifact, version)}/checks`,
    {},
  );
  return asked;
}

export async function restoreVersion(artifact: string, number: number): Promise<number> {
  const path = `${artifactPath(artifact)}/restore`;
  return (await send<Numbered>("POST", path, { number })).number;
}

/** Where a browser finds the version as a file. */
export function downloadPath(artifact: string, version: number): string {
  return `${versionPath(artifact, version)}/download`;
}
