/** A presentation as a state and what keys do to it. Pure; knows no window and no clock. */

export type Curtain = "none" | "black" | "white";

export interface Presentation {
  /** Place of the slide that shows, from 1; `count` slides in all. */
  readonly position: number;
  readonly count: number;
  readonly curtain: Curtain;
  /** Digits typed so far for a jump. */
  readonly digits: string;
  readonly hasNotes: boolean;
  readonly hasTimer: boolean;
  readonly hasHelp: boolean;
  readonly isOver: boolean;
}

export type PresentationCommand =
  | { readonly type: "next" | "previous" | "first" | "last" }
  | { readonly type: "black" | "white" | "notes" | "timer" | "help" | "back" | "end" }
  | { readonly type: "digit"; readonly digit: string }
  | { readonly type: "jump" }
  | { readonly type: "go"; readonly position: number };

export function beginPresentation(position: number, count: number): Presentation {
  return {
    position: clamp(position, count),
    count,
    curtain: "none",
    digits: "",
    hasNotes: false,
    hasTimer: false,
    hasHelp: false,
    isOver: false,
  };
}

const KEYS: Readonly<Record<string, PresentationCommand["type"]>> = {
  ArrowRight: "next",
  ArrowDown: "next",
  PageDown: "next",
  " ": "next",
  ArrowLeft: "previous",
  ArrowUp: "previous",
  PageUp: "previous",
  Backspace: "previous",
  Home: "first",
  End: "last",
  b: "black",
  ".": "black",
  w: "white",
  ",": "white",
  n: "notes",
  t: "timer",
  "?": "help",
  Enter: "jump",
  Escape: "back",
};

/** What a pressed key asks for (`KeyboardEvent.key`), or null. */
export function commandForKey(key: string, withShift = false): PresentationCommand | null {
  if (/^[0-9]$/.test(key)) return { type: "digit", digit: key };
  if (key === " " && withShift) return { type: "previous" };
  const type = KEYS[key.length === 1 ? key.toLowerCase() : key];
  return type === undefined ? null : ({ type } as PresentationCommand);
}

const LEADING: readonly PresentationCommand["type"][] = [
  "next",
  "previous",
  "first",
  "last",
  "digit",
  "jump",
  "black",
  "white",
];

/** Whether a command leads the show. Notes, help and the end are for the screen where they are asked
 * for: nobody wants their notes in front of everybody. */
export function isLeading(command: PresentationCommand): boolean {
  return LEADING.includes(command.type);
}

/** The presentation after a command. */
export function perform(state: Presentation, command: PresentationCommand): Presentation {
  switch (command.type) {
    case "next":
      return turn(state, state.position + 1);
    case "previous":
      return turn(state, state.position - 1);
    case "first":
      return turn(state, 1);
    case "last":
      return turn(state, state.count);
    case "go":
      return turn({ ...state, curtain: "none" }, command.position);
    case "digit":
      return { ...state, digits: (state.digits + command.digit).slice(-3) };
    case "jump":
      return jump(state);
    case "black":
    case "white":
      return { ...state, curtain: state.curtain === command.type ? "none" : command.type };
    case "notes":
      return { ...state, hasNotes: !state.hasNotes };
    case "timer":
      return { ...state, hasTimer: !state.hasTimer };
    case "help":
      return { ...state, hasHelp: !state.hasHelp };
    case "back":
      return back(state);
    case "end":
      return { ...state, isOver: true };
  }
}

/** What turns a page behind a curtain lifts the curtain first: nobody skips a slide unseen. */
function turn(state: Presentation, position: number): Presentation {
  if (state.curtain !== "none") return { ...state, curtain: "none", digits: "" };
  return { ...state, position: clamp(position, state.count), digits: "" };
}

/** Enter goes to the typed slide; with nothing typed it is the next one. */
function jump(state: Presentation): Presentation {
  if (state.digits === "") return turn(state, state.position + 1);
  return turn({ ...state, curtain: "none" }, Number(state.digits));
}

/** Escape takes away the nearest thing: the help, the typed digits, the curtain, the show. */
function back(state: Presentation): Presentation {
  if (state.hasHelp) return { ...state, hasHelp: false };
  if (state.digits !== "") return { ...state, digits: "" };
  return { ...state, isOver: true };
}

function clamp(position: number, count: number): number {
  return Math.min(Math.max(1, Math.trunc(position) || 1), Math.max(1, count));
}

/** Where a click turns to: the left quarter goes back, the rest goes on. */
export function commandForPoint(x: number, width: number): PresentationCommand {
  return { type: x < width / 4 ? "previous" : "next" };
}

const SWIPE_PX = 48;

/** Where a finger turns to that has moved so far to the right; null when it has hardly moved. */
export function commandForSwipe(distance: number): PresentationCommand | null {
  if (Math.abs(distance) < SWIPE_PX) return null;
  return { type: distance < 0 ? "next" : "previous" };
}

/** "0:07", "12:05", "1:02:03". */
export function timerText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  const start = hours > 0 ? `${hours}:${two(minutes)}` : String(minutes);
  return `${start}:${two(seconds % 60)}`;
}

/** What is written in the help, in this order. */
export const PRESENTATION_KEYS: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: "→ Space PageDown", does: "Next slide" },
  { keys: "← PageUp", does: "Previous slide" },
  { keys: "Home End", does: "First and last slide" },
  { keys: "1 2 Enter", does: "Go to slide 12" },
  { keys: "B .", does: "Black screen" },
  { keys: "W", does: "White screen" },
  { keys: "N", does: "Notes" },
  { keys: "T", does: "Timer" },
  { keys: "P", does: "Presenter window" },
  { keys: "F", does: "Full screen" },
  { keys: "Esc", does: "End" },
];
