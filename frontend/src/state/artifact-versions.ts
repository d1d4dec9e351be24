import type { ArtifactPart } from "../protocol/events.gen";
import type { Artifact } from "../protocol/resources";

/** The artifacts with the version that a finished part made; the same map when it is known. */
export function withVersion(
  artifacts: ReadonlyMap<string, Artifact>,
  part: ArtifactPart,
  message: string,
): ReadonlyMap<string, Artifact> {
  const known = artifacts.get(part.artifact);
  const number = part.version;
  if (number === null || known?.versions.some((version) => version.number === number)) {
    return artifacts;
  }
  const created_at = new Date().toISOString();
  const version = { number, title: part.title, author: "model", message, created_at } as const;
  const artifact: Artifact = {
    id: part.artifact,
    kind: part.artifact_kind,
    title: part.title,
    versions: [...(known?.versions ?? []), version],
  };
  return new Map(artifacts).set(part.artifact, artifact);
}
