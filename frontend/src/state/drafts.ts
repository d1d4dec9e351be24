/** What was begun in the composer, by conversation; kept until the server has taken it. */
import { tabMemory } from "./storage";

const keyOf = (conversation: string | null): string => `draft:${conversation ?? "new"}`;

export function draftOf(conversation: string | null): string {
  return tabMemory.get(keyOf(conversation)) ?? "";
}

export function keepDraft(conversation: string | null, text: string): void {
  tabMemory.set(keyOf(conversation), text);
}

/** The server has taken `sent`: the draft is done with. What was written since then stays, and
 * follows a new chat (`before` is null) to its id if the chat `isOpen`. */
export function settleDraft(
  before: string | null,
  id: string,
  sent: string,
  isOpen: boolean,
): void {
  const draft = draftOf(before);
  if (draft === sent) keepDraft(before, "");
  else if (before === null && isOpen && draft !== "") {
    keepDraft(null, "");
    keepDraft(id, draft);
  }
}
