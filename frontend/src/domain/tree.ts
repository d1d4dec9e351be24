/** The message tree: alternatives, and the one path through them that is shown. Pure. */
import type { Message } from "../protocol/resources";

/** For a parent (or "" for the root) the child that was chosen; without one the newest is shown. */
export type Choices = Readonly<Record<string, string>>;

/** A message on the shown path, with the alternatives it stands among, itself included. */
export interface PathStep {
  readonly message: Message;
  readonly siblings: readonly string[];
  /** Place among the siblings, from 0. */
  readonly index: number;
}

type ByParent = ReadonlyMap<string, readonly Message[]>;

const keyOf = (parent: string | null): string => parent ?? "";

function groupByParent(messages: Iterable<Message>): ByParent {
  const groups = new Map<string, Message[]>();
  for (const message of messages) {
    const key = keyOf(message.parent);
    const group = groups.get(key);
    if (group) group.push(message);
    else groups.set(key, [message]);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  }
  return groups;
}

/** The path from the root to a leaf, following `choices` and else the newest child. */
export function activePath(messages: Iterable<Message>, choices: Choices): readonly PathStep[] {
  const children = groupByParent(messages);
  const path: PathStep[] = [];
  const seen = new Set<string>();
  let parent: string | null = null;
  for (;;) {
    const group: readonly Message[] = children.get(keyOf(parent)) ?? [];
    const chosen: string | undefined = choices[keyOf(parent)];
    const message: Message | undefined = group.find((one) => one.id === chosen) ?? group.at(-1);
    if (!message || seen.has(message.id)) return path;
    seen.add(message.id);
    const siblings = group.map((one) => one.id);
    path.push({ message, siblings, index: siblings.indexOf(message.id) });
    parent = message.id;
  }
}

/** Choices after which `message` is on the path: itself and every ancestor are chosen. */
export function chooseMessage(
  messages: ReadonlyMap<string, Message>,
  choices: Choices,
  id: string,
): Choices {
  const next: Record<string, string> = { ...choices };
  const seen = new Set<string>();
  let message = messages.get(id);
  while (message && !seen.has(message.id)) {
    seen.add(message.id);
    next[keyOf(message.parent)] = message.id;
    message = message.parent === null ? undefined : messages.get(message.parent);
  }
  return next;
}

/** The text of a user message. */
export function messageText(message: Message): string {
  return message.parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
}
