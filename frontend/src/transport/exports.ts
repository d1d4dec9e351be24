/** Exports over HTTP. */
import type { ExportFormat, ExportOptions, ExportStatus } from "../protocol/exports";
import { call, get, send, versionPath } from "./http";

const at = (id: string): string => `/api/exports/${encodeURIComponent(id)}`;

/** Begins an export; returns its id. */
export async function startExport(
  artifact: string,
  version: number,
  format: ExportFormat,
  options: ExportOptions,
): Promise<string> {
  const path = `${versionPath(artifact, version)}/exports`;
  return (await send<{ id: string }>("POST", path, { format, options })).id;
}

export const getExport = (id: string): Promise<ExportStatus> => get(at(id));

export async function cancelExport(id: string): Promise<void> {
  await call("POST", `${at(id)}/cancel`);
}

/** Where a browser finds the file. */
export const exportFilePath = (id: string): string => `${at(id)}/file`;
