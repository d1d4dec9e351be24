/** Who may see a made thing, in words. Pure. */
import type { Publication, Visibility } from "../protocol/publications";

/** What the person chooses: nobody else, whoever has the link, everybody. */
export type Audience = "private" | Visibility;

export const AUDIENCES: readonly {
  readonly audience: Audience;
  readonly label: string;
  readonly detail: string;
}[] = [
  { audience: "private", label: "Private", detail: "Only you can see it." },
  { audience: "link", label: "Anyone with the link", detail: "It is not listed anywhere." },
  { audience: "public", label: "Public", detail: "Listed for everybody on this server." },
];

/** Who sees it now. */
export function audienceOf(publication: Publication | null): Audience {
  return publication?.visibility ?? "private";
}

/** Whether what is published is another version than the one that shows. */
export function isOutdated(publication: Publication | null, shown: number): boolean {
  return publication !== null && publication.version !== shown;
}

/** What is published, as a sentence. */
export function publicationLine(publication: Publication | null, shown: number): string {
  if (publication === null) return "Nobody but you can see this.";
  const who = publication.visibility === "public" ? "public" : "visible to anyone with the link";
  const line = `Version ${publication.version} is ${who}`;
  return publication.version === shown ? `${line}.` : `${line}; you look at version ${shown}.`;
}
