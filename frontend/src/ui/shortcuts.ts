/** Keys that work on the whole page. */
import type { App } from "../state/app.svelte";

export const SHORTCUTS: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: "Enter", does: "Send the message" },
  { keys: "Shift Enter", does: "New line" },
  { keys: "/", does: "Write a message" },
  { keys: "Ctrl K", does: "New chat" },
  { keys: "Ctrl B", does: "Show or hide the chats" },
  { keys: "Esc", does: "Stop the answer, or close the artifact" },
  { keys: "Ctrl S", does: "Save the changed source" },
  { keys: "?", does: "This list" },
];

export interface ShortcutActions {
  readonly toggleSidebar: () => void;
  readonly showHelp: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}

/** Esc undoes the nearest thing: a running answer first, then the open artifact. */
function escape(app: App): boolean {
  if (document.querySelector("dialog[open], :popover-open") || document.fullscreenElement) {
    return false;
  }
  if (app.panel.isPointing) app.panel.isPointing = false;
  else if (app.conversation.running) app.conversation.stop();
  else if (app.panel.isOpen) app.panel.close();
  else return false;
  return true;
}

function withControl(key: string, app: App, actions: ShortcutActions): boolean {
  if (key === "k") app.newChat();
  else if (key === "b") actions.toggleSidebar();
  else return false;
  return true;
}

function plain(event: KeyboardEvent, app: App, actions: ShortcutActions): boolean {
  if (event.key === "Escape") return escape(app);
  if (isTyping(event.target)) return false;
  if (event.key === "/") app.offer("");
  else if (event.key === "?") actions.showHelp();
  else return false;
  return true;
}

/** Does what the pressed key stands for, if it stands for something. */
export function handleShortcut(event: KeyboardEvent, app: App, actions: ShortcutActions): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const isHandled =
    event.ctrlKey || event.metaKey
      ? !event.shiftKey && withControl(event.key.toLowerCase(), app, actions)
      : plain(event, app, actions);
  if (isHandled) event.preventDefault();
}
