/** The whole page's state: the session, the chats, the open conversation, the artifact panel. */
import { checkAfterMs } from "../domain/models";
import type { Reference } from "../domain/pointing";
import type { TurnView } from "../domain/turn";
import type { TurnEvent } from "../protocol/events.gen";
import type { Loading, ServedModel, Session } from "../protocol/resources";
import type { CommandRefused } from "../protocol/wire";
import { openBrowserSocket } from "../transport/browser-socket";
import { browserClock } from "../transport/clock";
import * as http from "../transport/http";
import { TurnSocket, type Connection } from "../transport/socket";
import { AddressBar } from "./address-bar";
import { ChatList } from "./chat-list.svelte";
import { ConversationState } from "./conversation.svelte";
import { DeckState } from "./deck.svelte";
import { Exports } from "./exports.svelte";
import { ArtifactPanel } from "./panel.svelte";
import { PanelActions } from "./panel-actions.svelte";
import { Preferences } from "./preferences.svelte";
import { conversationInAddress } from "./router";
import { References } from "./references.svelte";
import { Toasts } from "./toasts.svelte";

/** Below this width the panel covers the chat, so it opens only when asked. */
const WIDE_PX = 900;

/** One page of this browser at a time: two first pages at once would make two guests, and the
 * browser keeps the cookie of one. Where locks are missing (plain HTTP elsewhere) it just asks. */
async function askForSession(): Promise<Session> {
  if (!("locks" in navigator)) return http.getSession();
  return await navigator.locks.request("atelier:session", http.getSession);
}

export class App {
  readonly preferences = new Preferences();
  readonly toasts = new Toasts();
  readonly chats = new ChatList(this.toasts);
  readonly panel = new ArtifactPanel();
  readonly exports = new Exports();
  readonly deck = new DeckState({
    onStored: (artifact, number) => this.#storedVersion(artifact, number),
    tell: (text, action) => this.toasts.show(text, action),
  });
  readonly artifactActions = new PanelActions(this.panel, this.toasts);
  /** Elements of made things that the next message is about. */
  readonly references = new References();
  session = $state.raw<Session | null>(null);
  sessionError = $state<string | null>(null);
  connection = $state<Connection>("connecting");
  /** Whether the socket was open once: before that, "connecting" is not a loss. */
  wasOnline = $state(false);
  conversation: ConversationState;
  /** The text that the composer should take up, with a number that changes for each. */
  offered = $state.raw<{ readonly text: string; readonly serial: number } | null>(null);
  readonly #socket: TurnSocket;
  readonly #address = new AddressBar((id) => this.#show(id));
  #serial = 0;
  #modelTimer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    this.#socket = new TurnSocket({
      open: openBrowserSocket,
      clock: browserClock,
      random: Math.random,
      onConnection: (connection) => this.#connectionChanged(connection),
      onNotice: (conversation) => this.#noticed(conversation),
      onRefused: (refusal) => this.#refused(refusal),
    });
    this.conversation = $state.raw(this.#makeConversation(conversationInAddress()));
    this.panel.attach(this.conversation);
  }

  readonly models: readonly ServedModel[] = $derived(this.session?.models ?? []);

  /** Name of the model that will answer. */
  readonly model: string | null = $derived.by(() => {
    const chosen = this.preferences.model;
    if (this.models.some((model) => model.name === chosen)) return chosen;
    return this.session?.default_model ?? null;
  });

  /** How far the model that will answer is; null once it is ready, or when nobody starts it. */
  readonly loading: Loading | null = $derived(
    this.models.find((model) => model.name === this.model)?.loading ?? null,
  );

  /** Fetches the session (which makes the guest), then everything else at once. */
  async start(): Promise<void> {
    this.preferences.applyTheme();
    addEventListener("online", () => this.#socket.wake());
    addEventListener("beforeunload", (event) => {
      if (this.panel.edits.hasAny) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#socket.wake();
    });
    await this.connect();
  }

  async connect(): Promise<void> {
    this.sessionError = null;
    await this.#renewSession();
    if (this.session === null) return;
    this.#socket.connect();
    this.exports.resume();
    await Promise.all([this.chats.refresh(), this.conversation.refresh()]);
  }

  newChat(): void {
    this.#address.show(null);
    if (this.conversation.id !== null || !this.conversation.isEmpty) this.#show(null);
    this.offer("");
  }

  openChat(id: string): void {
    this.#address.show(id);
    if (this.conversation.id !== id) this.#show(id);
  }

  async deleteChat(id: string): Promise<void> {
    const wasOpen = this.conversation.id === id;
    if (wasOpen) this.newChat();
    await this.chats.remove(id, () => wasOpen && this.openChat(id));
  }

  async renameChat(id: string, title: string): Promise<void> {
    if (this.conversation.id === id) this.conversation.title = title;
    await this.chats.rename(id, title);
  }

  /** The next message is about this element: it stands above the composer. */
  refer(reference: Reference): void {
    this.panel.isPointing = false;
    this.references.add(reference);
    if (innerWidth < WIDE_PX) this.panel.close();
    this.offer("");
  }

  /** Puts text into the composer and the cursor behind it. */
  offer(text: string): void {
    this.offered = { text, serial: ++this.#serial };
  }

  #makeConversation(id: string | null): ConversationState {
    return new ConversationState(id, this.#socket, this.preferences, {
      model: () => this.model,
      onCreated: (created) => this.#created(created),
      onWords: () => this.#address.hurry(),
      onArtifactEvent: (view, event) => this.#followArtifact(view, event),
      onRefused: (text) => this.offer(text),
      onStorageFull: () => void this.#renewSession(),
    });
  }

  #show(id: string | null): void {
    this.conversation.close();
    this.references.clear();
    this.conversation = this.#makeConversation(id);
    this.panel.attach(this.conversation);
    void this.conversation.refresh();
  }

  #created(id: string): void {
    this.#address.showSoon(id);
    this.chats.refreshSoon();
  }

  #followArtifact(view: TurnView, event: TurnEvent): void {
    if (event.type !== "artifact.started" && event.type !== "turn.started") return;
    const part = view.parts.at(-1);
    if (part?.kind !== "artifact" || part.version !== null) return;
    const message = this.conversation.findMessageOf(view.turn);
    // In a narrow window it opens only when asked; what is open there follows what is written.
    if (innerWidth >= WIDE_PX || this.panel.artifact === part.artifact) {
      this.panel.follow(part.artifact, message);
    }
  }

  /** The panel shows what the person has made of its artifact. */
  #storedVersion(artifact: string, number: number): void {
    if (this.panel.artifact === artifact) this.panel.stored(number);
    else this.conversation.refreshSoon();
  }

  #noticed(conversation: string): void {
    this.chats.refreshSoon();
    if (conversation === this.conversation.id) this.conversation.refreshSoon();
  }

  #refused(refusal: CommandRefused): void {
    // The server does not know this guest any more: a new session makes a new one.
    if (refusal.code === "sign_in_required") void this.#renewSession();
    else this.toasts.show(refusal.message);
    if (refusal.turn) this.conversation.turnRefused(refusal.turn);
  }

  async #renewSession(): Promise<void> {
    try {
      this.session = await askForSession();
      this.sessionError = null;
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      this.sessionError = error.message;
    } finally {
      this.#watchModels();
    }
  }

  #connectionChanged(connection: Connection): void {
    const isBack = connection === "online" && this.wasOnline;
    this.connection = connection;
    if (connection === "online") this.wasOnline = true;
    if (isBack) {
      void Promise.all([this.#renewSession(), this.chats.refresh(), this.conversation.refresh()]);
    }
  }

  /** Asks again while a model is not running (it may be loading) or the disk is full. */
  #watchModels(): void {
    if (this.#modelTimer !== null) clearTimeout(this.#modelTimer);
    this.#modelTimer = null;
    const isFull = this.session?.storage_full || this.conversation.lacksRoom;
    const wait = checkAfterMs(this.models, isFull);
    if (wait !== null) this.#modelTimer = setTimeout(() => void this.#checkAgain(), wait);
  }

  /** A refusal stands for at least one wait: the person reads it, even if room came back at once. */
  async #checkAgain(): Promise<void> {
    await this.#renewSession();
    if (this.session?.storage_full || this.sessionError !== null) return;
    this.conversation.roomIsBack();
    this.#watchModels();
  }
}
