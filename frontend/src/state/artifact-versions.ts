import type { ArtifactPart } from "../protocol/events.gen";
import type { Artifact, VersionSummary } from "../protocol/resources";

type Artifacts = ReadonlyMap<string, Artifact>;

/** The artifacts with the version that a finished part made; the same map when it is known. */
export function withVersion(artifacts: Artifacts, part: ArtifactPart, message: string): Artifacts {
  const known = artifacts.get(part.artifact);
  const number = part.version;
  if (number === null) return artifacts;
  const artifact: Artifact = known ?? {
    id: part.artifact,
    kind: part.artifact_kind,
    title: part.title,
    versions: [],
  };
  return withSummary(artifacts, artifact, {
    number,
    title: part.title,
    author: "model",
    message,
    created_at: new Date().toISOString(),
  });
}

/** The artifacts with a version that the person stored; it belongs to the message of the one before
 * it. The same map when it is known. */
export function withStored(
  artifacts: Artifacts,
  id: string,
  number: number,
  base: VersionSummary,
): Artifacts {
  const artifact = artifacts.get(id);
  if (!artifact) return artifacts;
  const created_at = new Date().toISOString();
  return withSummary(artifacts, artifact, { ...base, number, author: "person", created_at });
}

function withSummary(artifacts: Artifacts, artifact: Artifact, added: VersionSummary): Artifacts {
  if (artifact.versions.some((version) => version.number === added.number)) return artifacts;
  const versions = [...artifact.versions, added];
  return new Map(artifacts).set(artifact.id, { ...artifact, title: added.title, versions });
}
