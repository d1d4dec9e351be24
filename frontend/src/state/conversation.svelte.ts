/** One open conversation: its tree, the path that shows, the turns that run in it. */
import { SvelteMap } from "svelte/reactivity";
import { emptyTurn, isEnded, storedTurn, type TurnView } from "../domain/turn";
import { activePath, chooseMessage, type Choices, type PathStep } from "../domain/tree";
import type { Part, TurnEvent } from "../protocol/events.gen";
import type { Artifact, Conversation, Message, VersionSummary } from "../protocol/resources";
import type { StartTurn, TurnAccepted } from "../protocol/wire";
import * as http from "../transport/http";
import { newRequestId } from "../transport/request-id";
import { StartRefused, type TurnSocket } from "../transport/socket";
import { withStored, withVersion } from "./artifact-versions";
import { settleDraft } from "./drafts";
import { LiveTurn } from "./live-turn.svelte";
import type { Preferences } from "./preferences.svelte";
import { remembered } from "./storage";

const END_PATIENCE_MS = 3_000;
/** After this a wish that had no effect (the server lost it) may be made again. */
const WISH_PATIENCE_MS = 15_000;
/** The first words of an answer come before what a notice makes this page ask for. */
const NOTICE_PATIENCE_MS = 400;

export type LoadState = "loading" | "ready" | "missing" | "failed";

/** A message on its way to the server. */
export interface PendingMessage {
  readonly text: string;
  readonly parent: string | null;
}

export interface ConversationHooks {
  /** Name of the model that shall answer; null leaves it to the server. */
  readonly model: () => string | null;
  /** The conversation got its id with the first message. */
  readonly onCreated: (id: string) => void;
  /** Something of an answer shows. */
  readonly onWords: () => void;
  /** A turn wrote something that concerns an artifact. */
  readonly onArtifactEvent: (view: TurnView, event: TurnEvent) => void;
  /** A message was refused: its text goes back to the person. */
  readonly onRefused: (text: string) => void;
  /** Nothing could be stored: there is no room on the server's disk. */
  readonly onStorageFull: () => void;
}

export class ConversationState {
  id: string | null;
  title = $state("");
  loadState: LoadState;
  loadError = $state("");
  /** Why the last message was not taken, as a sentence. */
  sendError = $state<string | null>(null);
  /** Whether that was for want of room on the server's disk. */
  lacksRoom = false;
  pending = $state.raw<PendingMessage | null>(null);
  isStarting = $state(false);
  messages = $state.raw<ReadonlyMap<string, Message>>(new Map());
  artifacts = $state.raw<ReadonlyMap<string, Artifact>>(new Map());
  /** The newest version of each artifact that the person has made here, with what it follows. */
  readonly #stored = new Map<string, { readonly number: number; readonly base: VersionSummary }>();
  readonly lives = new SvelteMap<string, LiveTurn>();
  #choices = $state.raw<Choices>({});
  readonly #socket: TurnSocket;
  readonly #preferences: Preferences;
  readonly #hooks: ConversationHooks;
  #isClosed = false;
  #refreshes = 0;
  #refreshTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    id: string | null,
    socket: TurnSocket,
    preferences: Preferences,
    hooks: ConversationHooks,
  ) {
    this.id = $state(id);
    this.loadState = $state(id === null ? "ready" : "loading");
    this.#socket = socket;
    this.#preferences = preferences;
    this.#hooks = hooks;
    if (id !== null) this.#choices = readChoices(id);
  }

  /** The messages that show, from the first to the last. */
  readonly path: readonly PathStep[] = $derived.by(() => {
    const path = activePath(this.messages.values(), this.#choices);
    // While an edited message is on its way, what it replaces does not show.
    const pending = this.pending;
    if (!pending) return path;
    const parentIndex = path.findIndex((step) => step.message.id === pending.parent);
    return path.slice(0, parentIndex + 1);
  });

  /** The turn that runs in this conversation, on whichever branch. */
  readonly running: LiveTurn | null = $derived(
    [...this.lives.values()].find((live) => live.isRunning) ?? null,
  );

  /** Whether no message can be taken now; before a chat is loaded nobody knows what it follows. */
  readonly isBusy: boolean = $derived.by(
    () => this.running !== null || this.isStarting || this.loadState !== "ready",
  );

  readonly isEmpty: boolean = $derived(this.messages.size === 0 && this.pending === null);

  /** Fetches what the database holds and follows what runs. */
  async refresh(): Promise<void> {
    this.#forgetRefreshSoon();
    const { id } = this;
    if (id === null) return;
    const refresh = ++this.#refreshes;
    try {
      const stored = await http.getConversation(id);
      if (this.#isClosed || refresh !== this.#refreshes) return;
      this.#take(stored);
      this.loadState = "ready";
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      if (!this.#isClosed && this.loadState !== "ready") this.#failToLoad(error);
    }
  }

  /** Refreshes soon: several notices in a row ask once. */
  refreshSoon(): void {
    this.#refreshTimer ??= setTimeout(() => void this.refresh(), NOTICE_PATIENCE_MS);
  }

  #forgetRefreshSoon(): void {
    if (this.#refreshTimer !== null) clearTimeout(this.#refreshTimer);
    this.#refreshTimer = null;
  }

  /** Leaves the conversation; its turns go on without this page. */
  close(): void {
    this.#isClosed = true;
    this.#forgetRefreshSoon();
    for (const turn of this.lives.keys()) this.#socket.unsubscribe(turn);
  }

  /** Sends a message after `parent`; by default after the last one that shows. */
  async send(text: string, parent: string | null = this.#leaf()): Promise<void> {
    const { id } = this;
    if (this.isBusy) {
      this.lacksRoom = false;
      this.sendError = "An answer is still being written; wait for it or stop it, and send again.";
      return this.#hooks.onRefused(text);
    }
    this.pending = { text, parent };
    const accepted = await this.#start({
      type: "turn.start",
      request: newRequestId(),
      conversation: id,
      text,
      parent,
      model: this.#hooks.model(),
      thinking: this.#preferences.thinking,
    });
    this.isStarting = false;
    this.pending = null;
    if (accepted) settleDraft(id, accepted.conversation, text, !this.#isClosed);
    if (this.#isClosed) return;
    if (accepted) this.#addTurn(accepted, { text, parent });
    else this.#hooks.onRefused(text);
  }

  /** Asks for another answer to a message. */
  async regenerate(userMessage: string): Promise<void> {
    const { id } = this;
    if (this.isBusy || id === null) return;
    const accepted = await this.#start({
      type: "turn.start",
      request: newRequestId(),
      conversation: id,
      user_message: userMessage,
      model: this.#hooks.model(),
      thinking: this.#preferences.thinking,
    });
    this.isStarting = false;
    if (accepted && !this.#isClosed) this.#addTurn(accepted, null);
  }

  stop(): void {
    const live = this.running;
    if (!live) return;
    live.isStopping = true;
    this.#socket.stop(live.view.turn);
    setTimeout(() => (live.isStopping = false), WISH_PATIENCE_MS);
  }

  /** Has the model answer without thinking on. */
  skipThinking(): void {
    const live = this.running;
    if (!live) return;
    const part = live.view.parts.length - 1;
    live.skippedPart = part;
    this.#socket.skipThinking(live.view.turn);
    setTimeout(() => {
      if (live.skippedPart === part) live.skippedPart = null;
    }, WISH_PATIENCE_MS);
  }

  /** The server did not do what was asked about a turn: it may be asked again. */
  turnRefused(turn: string): void {
    const live = this.lives.get(turn);
    if (!live) return;
    live.isStopping = false;
    live.skippedPart = null;
  }

  /** Shows the branch that holds this message. */
  choose(message: string): void {
    this.#setChoices(chooseMessage(this.messages, this.#choices, message));
  }

  /** The turn that made a message, as it shows now: followed, else as stored. */
  liveTurn(message: Message): LiveTurn | null {
    return message.turn ? (this.lives.get(message.turn.id) ?? null) : null;
  }

  /** What a message shows: as far as it is followed, else as stored. */
  partsOf(id: string): readonly Part[] {
    const message = this.messages.get(id);
    if (!message) return [];
    return this.liveTurn(message)?.view.parts ?? message.parts;
  }

  /** A person's change was stored as this version, after version `base`. */
  noteStored(artifact: string, number: number, base: VersionSummary): void {
    this.#stored.set(artifact, { number, base });
    this.artifacts = withStored(this.artifacts, artifact, number, base);
    this.refreshSoon();
  }

  /** Id of the message that a turn writes. */
  findMessageOf(turn: string): string | null {
    return [...this.messages.values()].find((one) => one.turn?.id === turn)?.id ?? null;
  }

  /** The server has room again: a refusal for want of it is over. */
  roomIsBack(): void {
    if (!this.lacksRoom) return;
    this.lacksRoom = false;
    this.sendError = null;
  }

  #leaf(): string | null {
    return this.path.at(-1)?.message.id ?? null;
  }

  /** The caller sets `isStarting` back in one go with what it shows then, which is drawn once. */
  async #start(command: StartTurn): Promise<TurnAccepted | null> {
    this.isStarting = true;
    this.lacksRoom = false;
    this.sendError = null;
    try {
      return await this.#socket.start(command);
    } catch (error) {
      if (!(error instanceof StartRefused)) {
        this.isStarting = false;
        throw error;
      }
      this.sendError = error.message;
      this.lacksRoom = error.code === "storage_full";
      if (this.lacksRoom) this.#hooks.onStorageFull();
      return null;
    }
  }

  #addTurn(accepted: TurnAccepted, sent: PendingMessage | null): void {
    const isNew = this.id === null;
    this.id = accepted.conversation;
    const messages = new Map(this.messages);
    const now = new Date().toISOString();
    if (sent && !messages.has(accepted.user_message)) {
      messages.set(accepted.user_message, {
        id: accepted.user_message,
        parent: sent.parent,
        role: "user",
        created_at: now,
        parts: [{ kind: "text", text: sent.text }],
        turn: null,
      });
    }
    if (!messages.has(accepted.assistant_message)) {
      messages.set(accepted.assistant_message, this.#awaitedAnswer(accepted, now));
    }
    this.messages = messages;
    this.choose(accepted.assistant_message);
    this.#follow(emptyTurn(accepted.turn));
    if (isNew) this.#hooks.onCreated(accepted.conversation);
  }

  #awaitedAnswer(accepted: TurnAccepted, now: string): Message {
    return {
      id: accepted.assistant_message,
      parent: accepted.user_message,
      role: "assistant",
      created_at: now,
      parts: [],
      turn: {
        id: accepted.turn,
        state: "queued",
        model: this.#hooks.model() ?? "",
        thinking: this.#preferences.thinking,
        error: null,
        usage: null,
      },
    };
  }

  #take(stored: Conversation): void {
    this.title = stored.title;
    const messages = new Map(stored.messages.map((message) => [message.id, message]));
    for (const message of this.messages.values()) {
      // A turn that was accepted while the answer was on its way is not in it yet.
      if (this.liveTurn(message)?.isRunning && !messages.has(message.id)) {
        const parent = message.parent === null ? undefined : this.messages.get(message.parent);
        if (parent && !messages.has(parent.id)) messages.set(parent.id, parent);
        messages.set(message.id, message);
      }
    }
    this.messages = messages;
    this.artifacts = new Map(stored.artifacts.map((artifact) => [artifact.id, artifact]));
    // What was stored may be older than what a followed turn has shown; a version that vanished
    // and came back would start a running game anew.
    for (const live of this.lives.values()) this.#noteVersions(live.view);
    for (const [artifact, { number, base }] of this.#stored) {
      this.artifacts = withStored(this.artifacts, artifact, number, base);
    }
    for (const message of messages.values()) this.#reconcile(message);
  }

  /** Follows a turn that runs; lets go of one that has ended here and is stored as ended. */
  #reconcile(message: Message): void {
    const view = storedTurn(message);
    if (!view) return;
    const live = this.lives.get(view.turn);
    if (!live) {
      if (!isEnded(view)) this.#follow(view);
    } else if (isEnded(view)) {
      if (live.isRunning) this.#awaitEnd(live);
      else this.lives.delete(view.turn);
    }
  }

  /** The turn is stored as ended, so its last events are on their way. If none comes, they are
   * lost, and what is stored takes their place. */
  #awaitEnd(live: LiveTurn): void {
    const { turn, lastId } = live.view;
    setTimeout(() => {
      if (!live.isRunning) return;
      if (live.view.lastId !== lastId) return this.#awaitEnd(live);
      this.#socket.unsubscribe(turn);
      this.lives.delete(turn);
    }, END_PATIENCE_MS);
  }

  #follow(view: TurnView): void {
    if (this.lives.has(view.turn)) return;
    const live = new LiveTurn(view, (after, event) => this.#applied(after, event));
    this.lives.set(view.turn, live);
    this.#socket.subscribe(view.turn, view.lastId, (event) => live.push(event));
  }

  #applied(view: TurnView, event: TurnEvent): void {
    if (this.#isClosed) return;
    if (event.type === "turn.started" || event.type === "artifact.finished") {
      this.#noteVersions(view);
    }
    if (view.parts.length > 0) this.#hooks.onWords();
    this.#hooks.onArtifactEvent(view, event);
    if (isEnded(view)) void this.refresh();
  }

  /** Every version that a turn shows is known to the list of versions. */
  #noteVersions(view: TurnView): void {
    const message = this.findMessageOf(view.turn);
    if (message === null) return;
    let artifacts = this.artifacts;
    for (const part of view.parts) {
      if (part.kind === "artifact") artifacts = withVersion(artifacts, part, message);
    }
    this.artifacts = artifacts;
  }

  #failToLoad(error: http.HttpError): void {
    this.loadState = error.status === 404 ? "missing" : "failed";
    this.loadError = error.message;
  }

  #setChoices(choices: Choices): void {
    this.#choices = choices;
    if (this.id !== null) remembered.set(`branch:${this.id}`, JSON.stringify(choices));
  }
}

function readChoices(id: string): Choices {
  const stored = remembered.get(`branch:${id}`);
  if (stored === null) return {};
  try {
    return JSON.parse(stored) as Choices;
  } catch {
    return {};
  }
}
