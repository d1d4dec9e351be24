/** The turn reducer: what is shown of one answer, from its events. Pure; knows no socket, no DOM. */
import type { ArtifactPart, Part, TurnEvent, TurnPhase, TurnUsage } from "../protocol/events.gen";
import type { Message, TurnError } from "../protocol/resources";
import { isAfter } from "./event-id";

export type TurnOutcome = "finished" | "stopped" | "failed";

/** What is shown of one turn. */
export interface TurnView {
  readonly turn: string;
  /** Id of the last event that was applied; an event that is not after it is ignored. */
  readonly lastId: string | null;
  readonly phase: TurnPhase | TurnOutcome;
  readonly position: number | null;
  readonly progress: number | null;
  readonly parts: readonly Part[];
  /** When the open thinking part was first seen, in ms of the caller's clock. */
  readonly thinkingSince: number | null;
  readonly usage: TurnUsage | null;
  readonly error: TurnError | null;
}

const OUTCOMES: ReadonlySet<string> = new Set(["finished", "stopped", "failed"]);

/** Whether nothing more will come. */
export function isEnded(view: TurnView): boolean {
  return OUTCOMES.has(view.phase);
}

/** The view of a turn of which nothing has been heard. */
export function emptyTurn(turn: string): TurnView {
  return {
    turn,
    lastId: null,
    phase: "queued",
    position: null,
    progress: null,
    parts: [],
    thinkingSince: null,
    usage: null,
    error: null,
  };
}

/** The view of an assistant message as the database holds it; null when no turn made it. */
export function storedTurn(message: Message): TurnView | null {
  const stored = message.turn;
  if (!stored) return null;
  return {
    ...emptyTurn(stored.id),
    phase: stored.state === "running" ? "reading" : stored.state,
    parts: message.parts,
    usage: stored.usage,
    error: stored.error,
  };
}

/** Applies one event; returns the same view when the event was applied before. */
export function reduceTurn(view: TurnView, event: TurnEvent, id: string, now: number): TurnView {
  if (!isAfter(id, view.lastId) || isEnded(view)) return view;
  return { ...apply(view, event, now), lastId: id };
}

function apply(view: TurnView, event: TurnEvent, now: number): TurnView {
  switch (event.type) {
    case "turn.started":
      return restart(view, event.parts, now);
    case "turn.status":
      return { ...view, phase: event.phase, position: event.position, progress: event.progress };
    case "thinking.delta":
      return appendThinking(view, event.text, now);
    case "thinking.finished":
      return finishThinking(view, event.duration_ms);
    case "text.delta":
      return inPhase(appendText(view, event.text), "writing");
    case "artifact.started":
      return inPhase(openArtifact(view, event), "making");
    case "artifact.delta":
      return mapArtifact(view, event.artifact, (part) => ({
        ...part,
        content: part.content + event.text,
      }));
    case "artifact.finished":
      return mapArtifact(view, event.artifact, (part) => ({
        ...part,
        version: event.version,
        content: "",
        page: event.page,
        summary: event.summary,
      }));
    case "artifact.checked":
      return checkVersion(view, event);
    case "artifact.failed":
      return mapArtifact(view, event.artifact, () => toolError(event.tool, event.message));
    case "tool.failed":
      return { ...view, parts: [...view.parts, toolError(event.tool, event.message)] };
    case "turn.finished":
      return end(view, "finished", { usage: event.usage });
    case "turn.stopped":
      return end(view, "stopped", { usage: event.usage });
    case "turn.failed":
      return end(view, "failed", { error: { code: event.code, message: event.message } });
    default:
      return unknownEvent(view, event);
  }
}

/** A newer server may send an event this page does not know: it is passed over, never fatal. */
function unknownEvent(view: TurnView, _event: never): TurnView {
  return view;
}

function restart(view: TurnView, parts: readonly Part[], now: number): TurnView {
  const last = parts.at(-1);
  const isThinking = last?.kind === "thinking" && last.duration_ms === null;
  return {
    ...emptyTurn(view.turn),
    phase: view.phase === "queued" && parts.length > 0 ? "reading" : view.phase,
    parts,
    thinkingSince: isThinking ? (view.thinkingSince ?? now) : null,
  };
}

function inPhase(view: TurnView, phase: TurnPhase): TurnView {
  return { ...view, phase, position: null, progress: null };
}

function replaceLast(parts: readonly Part[], part: Part): readonly Part[] {
  return [...parts.slice(0, -1), part];
}

function appendThinking(view: TurnView, text: string, now: number): TurnView {
  const last = view.parts.at(-1);
  if (last?.kind === "thinking" && last.duration_ms === null) {
    return { ...view, parts: replaceLast(view.parts, { ...last, text: last.text + text }) };
  }
  const opened: Part = { kind: "thinking", text, duration_ms: null };
  return { ...inPhase(view, "thinking"), parts: [...view.parts, opened], thinkingSince: now };
}

function finishThinking(view: TurnView, durationMs: number): TurnView {
  const last = view.parts.at(-1);
  if (last?.kind !== "thinking") return view;
  const closed = { ...last, duration_ms: durationMs };
  return { ...view, parts: replaceLast(view.parts, closed), thinkingSince: null };
}

function appendText(view: TurnView, text: string): TurnView {
  const last = view.parts.at(-1);
  if (last?.kind === "text") {
    return { ...view, parts: replaceLast(view.parts, { ...last, text: last.text + text }) };
  }
  return { ...view, parts: [...view.parts, { kind: "text", text }] };
}

function openArtifact(
  view: TurnView,
  event: Extract<TurnEvent, { type: "artifact.started" }>,
): TurnView {
  const part: ArtifactPart = {
    kind: "artifact",
    artifact: event.artifact,
    artifact_kind: event.artifact_kind,
    title: event.title,
    version: null,
    content: "",
    action: event.action,
    page: event.page,
    size: event.size,
    summary: "",
    check: null,
  };
  return { ...view, parts: [...view.parts, part] };
}

/** Puts what a check showed on the last part with that version. */
function checkVersion(
  view: TurnView,
  event: Extract<TurnEvent, { type: "artifact.checked" }>,
): TurnView {
  const index = view.parts.findLastIndex(
    (part) =>
      part.kind === "artifact" &&
      part.artifact === event.artifact &&
      part.version === event.version,
  );
  const part = view.parts[index];
  if (part?.kind !== "artifact") return view;
  return { ...view, parts: view.parts.with(index, { ...part, check: event.check }) };
}

/** Changes the part of the artifact that is being written; a finished one is never touched. */
function mapArtifact(
  view: TurnView,
  artifact: string,
  change: (part: ArtifactPart) => Part,
): TurnView {
  const index = view.parts.findLastIndex(
    (part) => part.kind === "artifact" && part.artifact === artifact && part.version === null,
  );
  const part = view.parts[index];
  if (part?.kind !== "artifact") return view;
  return { ...view, parts: view.parts.with(index, change(part)) };
}

function toolError(tool: string, message: string): Part {
  return { kind: "tool_error", tool, message };
}

function end(
  view: TurnView,
  phase: TurnOutcome,
  result: { usage?: TurnUsage; error?: TurnError },
): TurnView {
  return { ...view, ...result, phase, position: null, progress: null, thinkingSince: null };
}
