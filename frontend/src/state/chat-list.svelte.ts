/** The list of chats: newest first, with rename, delete and undo. */
import type { ConversationSummary } from "../protocol/resources";
import * as http from "../transport/http";
import type { Toasts } from "./toasts.svelte";

export class ChatList {
  conversations = $state.raw<readonly ConversationSummary[]>([]);
  isLoaded = $state(false);
  readonly #toasts: Toasts;
  #refreshTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(toasts: Toasts) {
    this.#toasts = toasts;
  }

  async refresh(): Promise<void> {
    try {
      this.conversations = await http.listConversations();
      this.isLoaded = true;
    } catch (error) {
      this.#report(error);
    }
  }

  /** Refreshes soon: several notices in a row ask once. */
  refreshSoon(): void {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = null;
      void this.refresh();
    }, 120);
  }

  async rename(id: string, title: string): Promise<void> {
    const before = this.conversations;
    this.conversations = before.map((one) => (one.id === id ? { ...one, title } : one));
    try {
      await http.renameConversation(id, title);
    } catch (error) {
      this.conversations = before;
      this.#report(error);
    }
  }

  /** Takes the chat away and offers to undo that; `onRestored` is called when it came back. */
  async remove(id: string, onRestored: () => void): Promise<void> {
    const before = this.conversations;
    this.conversations = before.filter((one) => one.id !== id);
    try {
      await http.deleteConversation(id);
      this.#toasts.show("Deleted.", { label: "Undo", run: () => void this.#restore(id, onRestored) });
    } catch (error) {
      this.conversations = before;
      this.#report(error);
    }
  }

  async #restore(id: string, onRestored: () => void): Promise<void> {
    try {
      await http.restoreConversation(id);
      await this.refresh();
      onRestored();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    if (!(error instanceof http.HttpError)) throw error;
    // While the server is away the banner says so.
    if (error.status !== 0) this.#toasts.show(error.message);
  }
}
