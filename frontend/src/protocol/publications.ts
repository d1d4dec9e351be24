/** Publications over HTTP: versions that others may see. */
import type { ArtifactKind } from "./events.gen";

export type Visibility = "link" | "public";

/** A publication as its owner sees it. */
export interface Publication {
  readonly slug: string;
  readonly url: string;
  readonly visibility: Visibility;
  readonly version: number;
}

/** A publication as everybody who has the link sees it. */
export interface PublishedThing {
  readonly slug: string;
  readonly url: string;
  readonly title: string;
  readonly kind: ArtifactKind;
  readonly created_at: string;
  /** Address of a picture of it on this origin, where there is one. */
  readonly picture?: string | null;
}
