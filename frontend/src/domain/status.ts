/** The status line: where a turn is, in words. Pure. */
import type { ArtifactPart } from "../protocol/events.gen";
import type { TurnView } from "./turn";

/** A sentence for the polite live region; empty once the turn has ended. `isSkipping` says that the
 * thinking was asked to end. */
export function statusLine(view: TurnView, isSkipping = false): string {
  switch (view.phase) {
    case "queued":
      return queuedLine(view.position);
    case "reading":
      return readingLine(view.progress);
    case "thinking":
      return isSkipping ? "Skipping the thinking" : "Thinking";
    case "writing":
      return "Writing";
    case "making":
      return makingLine(view);
    case "checking":
      return "Checking";
    default:
      return "";
  }
}

function queuedLine(position: number | null): string {
  if (position === null) return "Queued";
  return position === 1 ? "Queued, next in line" : `Queued, number ${position} in line`;
}

/** In steps of ten, so that a screen reader is not flooded. */
function readingLine(progress: number | null): string {
  if (progress === null || progress <= 0) return "Reading the prompt";
  return `Reading the prompt, ${Math.min(100, Math.floor(progress * 10) * 10)} %`;
}

function makingLine(view: TurnView): string {
  const open = view.parts.findLast((part) => part.kind === "artifact" && part.version === null);
  return open?.kind === "artifact" ? makingWords(open) : "Making";
}

function makingWords(part: ArtifactPart): string {
  switch (part.action) {
    case "edit":
      return `Editing ${part.title}`;
    case "rewrite":
      return `Rewriting ${part.title}`;
    case "page":
      return `Writing ${part.page ? `page ${part.page.position}` : "a page"} of ${part.title}`;
    case "arrange":
      return `Arranging ${part.title}`;
    case "theme":
      return `Changing the look of ${part.title}`;
    case "undo":
      return `Going back in ${part.title}`;
    default:
      return `Making ${part.title}`;
  }
}
