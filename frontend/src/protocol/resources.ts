/** What the app origin answers over HTTP, as in ARCHITECTURE.md. */
import type { ArtifactKind, CheckState, CheckSummary, ErrorCode, Part, TurnUsage } from "./events.gen";

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
  /** Nothing new can be stored: the page only reads. */
  readonly storage_full: boolean;
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

export type Author = "model" | "person";

export interface VersionSummary {
  readonly number: number;
  readonly title: string;
  readonly author: Author;
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

/** Tokens that reach a page as custom properties: `--background`, `--heading-font`, … */
export interface Theme {
  readonly name: string;
  readonly colors: Readonly<
    Record<"background" | "surface" | "text" | "muted" | "accent" | "accent2", string>
  >;
  readonly fonts: { readonly heading: string; readonly body: string };
  readonly radius: number;
}

export interface VersionAttributes {
  readonly language?: string;
  /** A poster's size: `A4`, `A3 landscape`, `square`, `300x400mm`, … */
  readonly size?: string;
  readonly theme?: Theme;
  readonly outline?: readonly string[];
}

export interface DeckPage {
  readonly id: string;
  readonly position: number;
  readonly title: string;
  readonly notes: string;
  readonly sources: readonly string[];
  readonly sha256: string;
}

export interface ArtifactVersion {
  readonly id: string;
  readonly kind: ArtifactKind;
  readonly title: string;
  readonly number: number;
  /** The version that this one was made from. */
  readonly parent: number | null;
  readonly author: Author;
  readonly attributes: VersionAttributes;
  /** Null for decks. */
  readonly content: string | null;
  /** What the frame loads; null when it equals `content`, and for decks. */
  readonly document: string | null;
  /** Empty for all but decks. */
  readonly pages: readonly DeckPage[];
  readonly check: CheckSummary | null;
}

export interface PageContent {
  readonly content: string;
  readonly document: string;
  readonly sha256: string;
}

export interface Finding {
  readonly code: string;
  readonly severity: "error" | "warning";
  /** Id of the page, for decks. */
  readonly page: string | null;
  /** Path to the element, or empty. */
  readonly element: string;
  readonly message: string;
  readonly numbers: Readonly<Record<string, number>>;
}

export interface CheckReport {
  readonly state: CheckState;
  readonly findings: readonly Finding[];
  readonly console: readonly string[];
  readonly frame_rate: number | null;
  readonly duration_ms: number;
}
