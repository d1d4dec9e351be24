/** What the app origin answers over HTTP, as in ARCHITECTURE.md. */
import type { ArtifactKind, ErrorCode, Part, TurnUsage } from "./events.gen";

/** How far a starting worker is: a sentence, and from 0 to 1 where that is known. */
export interface Loading {
  readonly text: string;
  readonly progress: number | null;
}

export interface ServedModel {
  readonly name: string;
  readonly context_length: number | null;
  readonly ready: boolean;
  /** Set while no worker is ready and one is starting. */
  readonly loading: Loading | null;
}

export interface Session {
  readonly user: { readonly id: string; readonly name: string; readonly is_guest: boolean };
  readonly models: readonly ServedModel[];
  readonly default_model: string | null;
  readonly artifact_origin: string;
  readonly limits: { readonly message_characters: number };
}

export interface ConversationSummary {
  readonly id: string;
  readonly title: string;
  readonly updated_at: string;
  readonly running: boolean;
}

export type TurnState = "queued" | "running" | "finished" | "stopped" | "failed";

export interface TurnError {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface StoredTurn {
  readonly id: string;
  readonly state: TurnState;
  readonly model: string;
  readonly thinking: boolean;
  readonly error: TurnError | null;
  readonly usage: TurnUsage | null;
}

export interface Message {
  readonly id: string;
  readonly parent: string | null;
  readonly role: "user" | "assistant";
  readonly created_at: string;
  readonly parts: readonly Part[];
  readonly turn: StoredTurn | null;
}

export interface VersionSummary {
  readonly number: number;
  readonly message: string;
  readonly created_at: string;
}

export interface Artifact {
  readonly id: string;
  readonly kind: ArtifactKind;
  readonly title: string;
  readonly versions: readonly VersionSummary[];
}

export interface Conversation {
  readonly id: string;
  readonly title: string;
  readonly messages: readonly Message[];
  readonly artifacts: readonly Artifact[];
}

export interface ArtifactVersion {
  readonly id: string;
  readonly kind: ArtifactKind;
  readonly title: string;
  readonly number: number;
  readonly content: string;
}
