/** The frames of the socket: what the page sends and what it hears, as in ARCHITECTURE.md. */
import type { ErrorCode, TurnEvent } from "./events.gen";

/** A new message and its answer; `parent` null makes it the first of the conversation. */
export interface SendMessage {
  readonly type: "turn.start";
  /** Client-made UUID: sending the same request twice starts one turn. */
  readonly request: string;
  readonly conversation: string | null;
  readonly text: string;
  readonly parent: string | null;
  readonly model: string | null;
  readonly thinking: boolean;
}

/** Another answer to a message that exists. */
export interface Regenerate {
  readonly type: "turn.start";
  readonly request: string;
  readonly conversation: string;
  readonly user_message: string;
  readonly model: string | null;
  readonly thinking: boolean;
}

export type StartTurn = SendMessage | Regenerate;

export type Command =
  | StartTurn
  | { readonly type: "turn.stop"; readonly turn: string }
  | { readonly type: "turn.skip_thinking"; readonly turn: string }
  | { readonly type: "subscribe"; readonly turn: string; readonly after: string | null }
  | { readonly type: "unsubscribe"; readonly turn: string }
  | { readonly type: "ack"; readonly turn: string; readonly id: string }
  | { readonly type: "ping" };

/** An event on its way: which turn, and `<attempt>-<seq>`. */
export type EventFrame = TurnEvent & { readonly turn: string; readonly id: string };

export interface TurnAccepted {
  readonly type: "turn.accepted";
  readonly request: string;
  readonly turn: string;
  readonly conversation: string;
  readonly user_message: string;
  readonly assistant_message: string;
}

export interface CommandRefused {
  readonly type: "error";
  readonly request?: string | null;
  readonly turn?: string | null;
  readonly code: ErrorCode;
  readonly message: string;
}

export type ServerFrame =
  | EventFrame
  | TurnAccepted
  | CommandRefused
  | { readonly type: "notice"; readonly conversation: string }
  | { readonly type: "pong" };
