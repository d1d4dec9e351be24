// Generated from webapp/core/events.py by `npm run types`. Do not edit: change the models.

/** What a tool call does to an artifact; one part of an answer stands for one call. */
export type ArtifactAction =
  | "create"
  | "rewrite"
  | "edit"
  | "deck"
  | "page"
  | "arrange"
  | "theme"
  | "undo";

/** A version was loaded and looked at; the last part with this version gets the summary. */
export interface ArtifactChecked {
  readonly type: "artifact.checked";
  readonly artifact: string;
  readonly version: number;
  readonly check: CheckSummary;
}

/** Appends to the draft of the artifact that is being written. */
export interface ArtifactDelta {
  readonly type: "artifact.delta";
  readonly artifact: string;
  readonly text: string;
}

/** The draft could not be kept; its part becomes a `tool_error` part. */
export interface ArtifactFailed {
  readonly type: "artifact.failed";
  readonly artifact: string;
  readonly tool: string;
  readonly message: string;
}

/** The version is stored; its part gets this number, page and summary, and an empty draft. */
export interface ArtifactFinished {
  readonly type: "artifact.finished";
  readonly artifact: string;
  readonly version: number;
  readonly page: PageRef | null;
  readonly summary: string;
}

/** What an artifact is, and so how it is shown. */
export type ArtifactKind =
  | "html"
  | "svg"
  | "poster"
  | "markdown"
  | "mermaid"
  | "code"
  | "deck";

/**
 * A made thing, or a change to one. `version` is None while it is being written, and `content`
 * is then the draft (of `page` where there is one, empty for edits); a finished version's content
 * is fetched over HTTP and `content` is empty. `summary` says in words what the version changed.
 * `size` is that of a new poster, by which its draft is shown.
 */
export interface ArtifactPart {
  readonly kind: "artifact";
  readonly artifact: string;
  readonly artifact_kind: ArtifactKind;
  readonly title: string;
  readonly version: number | null;
  readonly content: string;
  readonly action: ArtifactAction;
  readonly page: PageRef | null;
  readonly size: string;
  readonly summary: string;
  readonly check: CheckSummary | null;
}

/** Opens an artifact part: the panel may open now. */
export interface ArtifactStarted {
  readonly type: "artifact.started";
  readonly artifact: string;
  readonly artifact_kind: ArtifactKind;
  readonly title: string;
  readonly action: ArtifactAction;
  readonly page: PageRef | null;
  readonly size: string;
}

/** What loading a version on the server showed. `unavailable`: it could not be looked at. */
export type CheckState =
  | "passed"
  | "warned"
  | "failed"
  | "unavailable";

/** A check in one line; the whole report is fetched over HTTP. */
export interface CheckSummary {
  readonly state: CheckState;
  readonly errors: number;
  readonly warnings: number;
  readonly text: string;
}

/** What went wrong, as one word that programs may rely on. */
export type ErrorCode =
  | "invalid_request"
  | "malformed_frame"
  | "frame_too_large"
  | "unknown_command"
  | "forbidden_origin"
  | "sign_in_required"
  | "not_found"
  | "conflict"
  | "edit_conflict"
  | "rate_limited"
  | "message_empty"
  | "message_too_long"
  | "context_length_exceeded"
  | "turn_in_progress"
  | "tool_call_invalid"
  | "model_not_found"
  | "model_unavailable"
  | "queue_full"
  | "quota_exceeded"
  | "checkpoint_invalid"
  | "out_of_memory"
  | "logits_not_finite"
  | "grammar_dead_end"
  | "engine_lost"
  | "request_cancelled"
  | "attempts_exhausted"
  | "slow_client"
  | "storage_full"
  | "service_unavailable"
  | "internal_error";

/** A page of a deck. `position` counts from 1; `id` is None until the page is stored. */
export interface PageRef {
  readonly id: string | null;
  readonly position: number;
  readonly title: string;
}

export type Part =
  | ThinkingPart
  | TextPart
  | ArtifactPart
  | ToolErrorPart;

/** Appends to the text part at the end, opening one if the last part is another kind. */
export interface TextDeltaEvent {
  readonly type: "text.delta";
  readonly text: string;
}

/** Markdown text. */
export interface TextPart {
  readonly kind: "text";
  readonly text: string;
}

/**
 * Appends to the thinking part at the end, opening one if the last part is another kind or
 * already finished.
 */
export interface ThinkingDeltaEvent {
  readonly type: "thinking.delta";
  readonly text: string;
}

/** Closes the thinking part at the end. */
export interface ThinkingFinishedEvent {
  readonly type: "thinking.finished";
  readonly duration_ms: number;
}

/** A thinking trace; `duration_ms` is None while it runs. */
export interface ThinkingPart {
  readonly kind: "thinking";
  readonly text: string;
  readonly duration_ms: number | null;
}

/** A tool call that did not work, with a sentence for the person. */
export interface ToolErrorPart {
  readonly kind: "tool_error";
  readonly tool: string;
  readonly message: string;
}

/** A tool call that made no artifact did not work; appends a `tool_error` part. */
export interface ToolFailed {
  readonly type: "tool.failed";
  readonly tool: string;
  readonly message: string;
}

/** Terminal: it ended by an error; what was shown is stored. */
export interface TurnFailed {
  readonly type: "turn.failed";
  readonly code: ErrorCode;
  readonly message: string;
}

/** Terminal: the answer is complete and stored. */
export interface TurnFinished {
  readonly type: "turn.finished";
  readonly usage: TurnUsage;
}

/** Where a running turn is. */
export type TurnPhase =
  | "queued"
  | "reading"
  | "thinking"
  | "writing"
  | "making"
  | "checking";

/** First event of every attempt: replaces everything shown for this turn with `parts`. */
export interface TurnStarted {
  readonly type: "turn.started";
  readonly conversation: string;
  readonly user_message: string;
  readonly assistant_message: string;
  readonly parts: readonly (ThinkingPart | TextPart | ArtifactPart | ToolErrorPart)[];
}

/**
 * The phase changed. `position` is the place in the queue (1 is next), else None; `progress`
 * is the share of the prompt that has been read, 0 to 1, else None.
 */
export interface TurnStatus {
  readonly type: "turn.status";
  readonly phase: TurnPhase;
  readonly position: number | null;
  readonly progress: number | null;
}

/** Terminal: the owner stopped it; what was shown is stored. */
export interface TurnStopped {
  readonly type: "turn.stopped";
  readonly usage: TurnUsage;
}

/** What a turn cost, summed over its generations. */
export interface TurnUsage {
  readonly prompt_tokens: number;
  readonly cached_tokens: number;
  readonly completion_tokens: number;
  readonly thinking_tokens: number;
  readonly ttft_ms: number | null;
  readonly duration_ms: number;
}

/** Every event a turn may show its owner. */
export type TurnEvent =
  | TurnStarted
  | TurnStatus
  | ThinkingDeltaEvent
  | ThinkingFinishedEvent
  | TextDeltaEvent
  | ArtifactStarted
  | ArtifactDelta
  | ArtifactFinished
  | ArtifactChecked
  | ArtifactFailed
  | ToolFailed
  | TurnFinished
  | TurnStopped
  | TurnFailed;
