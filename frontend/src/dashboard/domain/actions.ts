/** What an administrator may do, what it will mean, and how it is taken back. Pure. */
import type { QueueView, ViewState, WorkerAction, WorkerView } from "../protocol/workers";

/** Something to be confirmed: on a worker, or on the queue of a model. */
export type Deed =
  | { readonly on: "worker"; readonly worker: string; readonly action: WorkerAction; readonly value: string }
  | { readonly on: "queue"; readonly model: string; readonly action: "pause" | "resume" };

/** What a dialog asks for besides the reason. */
export interface Question {
  readonly label: string;
  readonly kind: "number" | "text";
  readonly isNeeded: boolean;
  readonly hint: string;
}

export interface Confirmation {
  readonly title: string;
  /** What will happen, in a sentence or two. */
  readonly meaning: string;
  /** The word on the button. */
  readonly verb: string;
  readonly isDangerous: boolean;
  readonly question: Question | null;
}

const OFFERED: Readonly<Record<ViewState, readonly WorkerAction[]>> = {
  starting: ["restart"],
  ready: ["drain", "restart", "pin", "unpin", "set_concurrency", "load_model"],
  draining: ["resume", "restart"],
  stuck: ["restart", "drain"],
  gone: [],
  failed: ["restart"],
};

/** What makes sense for a worker as it is; cancelling stands beside each request. */
export function offeredActions(worker: WorkerView): readonly WorkerAction[] {
  const without = worker.pinned ? "pin" : "unpin";
  return OFFERED[worker.view_state].filter((action) => action !== without);
}

const LABELS: Readonly<Record<WorkerAction, string>> = {
  drain: "Drain",
  resume: "Resume",
  restart: "Restart",
  pin: "Pin model",
  unpin: "Unpin model",
  load_model: "Load another model",
  set_concurrency: "Set concurrency",
  cancel_request: "Cancel request",
};

export const actionLabel = (action: WorkerAction): string => LABELS[action];

const DEADLINE: Question = {
  label: "Longest wait for running requests, in seconds",
  kind: "number",
  isNeeded: false,
  hint: "Empty: the worker's own deadline",
};

/** What the dialog says for a deed on a worker. */
export function confirmWorker(action: WorkerAction, worker: WorkerView, value: string): Confirmation {
  const plain = { verb: LABELS[action], isDangerous: false, question: null };
  const { model } = worker;
  switch (action) {
    case "drain":
      return {
        ...plain,
        title: "Drain this worker?",
        meaning: `It takes no new request; ${runningText(worker)}. Other workers of ${model} take what comes. You can resume it at any time.`,
        question: DEADLINE,
      };
    case "resume":
      return { ...plain, title: "Resume this worker?", meaning: "It takes requests again, at once." };
    case "restart":
      return {
        ...plain,
        title: "Restart this worker?",
        meaning: `It takes no new request; ${runningText(worker)}, or goes on elsewhere after the deadline. Then the process ends and is started anew, and the model is loaded again. This cannot be undone.`,
        isDangerous: true,
        question: DEADLINE,
      };
    case "pin":
      return { ...plain, title: `Pin ${model}?`, meaning: "The worker keeps this model and refuses to load another one until it is unpinned." };
    case "unpin":
      return { ...plain, title: `Unpin ${model}?`, meaning: "The worker may load another model again." };
    case "load_model":
      return {
        ...plain,
        title: "Load another model?",
        verb: "Load",
        meaning: `The worker drains (${runningText(worker)}), lets go of ${model} and loads the model that you name. Until then it answers nobody.`,
        isDangerous: true,
        question: { label: "Model", kind: "text", isNeeded: true, hint: "Name or folder of the model" },
      };
    case "set_concurrency":
      return {
        ...plain,
        title: "Set concurrency",
        verb: "Set",
        meaning: `The most requests that are computed at the same time; now ${worker.max_running}. Running ones are not touched.`,
        question: { label: "Requests at the same time", kind: "number", isNeeded: true, hint: "" },
      };
    case "cancel_request":
      return {
        ...plain,
        title: "Cancel this request?",
        meaning: `The answer ends here, and its person is told so. Request ${value}. This cannot be undone.`,
        isDangerous: true,
      };
  }
}

function runningText(worker: WorkerView): string {
  const count = worker.running + worker.waiting;
  if (count === 0) return "nothing runs on it now";
  return count === 1 ? "the one that it has is finished" : `the ${count} that it has are finished`;
}

/** What the dialog says for the queue of a model. */
export function confirmQueue(action: "pause" | "resume", model: string, queues: readonly QueueView[]): Confirmation {
  const depth = queues.filter((one) => one.model === model).reduce((sum, one) => sum + one.depth, 0);
  const waiting = depth === 1 ? "1 request waits" : `${depth} requests wait`;
  return action === "pause"
    ? {
        title: `Pause the queue of ${model}?`,
        meaning: `No worker takes another request of ${model}; what runs is finished. People who ask wait until the queue is resumed. ${waiting} now.`,
        verb: "Pause",
        isDangerous: true,
        question: null,
      }
    : {
        title: `Resume the queue of ${model}?`,
        meaning: `Workers take requests of ${model} again; ${waiting} now.`,
        verb: "Resume",
        isDangerous: false,
        question: null,
      };
}

const OPPOSITES: Partial<Record<WorkerAction, WorkerAction>> = {
  drain: "resume",
  resume: "drain",
  pin: "unpin",
  unpin: "pin",
};

/** The deed that takes another one back; null where nothing does. `before` is how many requests
 * the worker took until then. */
export function undoOf(deed: Deed, before: number | null): Deed | null {
  if (deed.on === "queue") return { ...deed, action: deed.action === "pause" ? "resume" : "pause" };
  if (deed.action === "set_concurrency") return before ? { ...deed, value: String(before) } : null;
  const action = OPPOSITES[deed.action];
  return action ? { ...deed, action, value: "" } : null;
}

/** Whether it is done only when all running requests have ended. */
export const isDraining = (action: WorkerAction): boolean =>
  action === "drain" || action === "restart" || action === "load_model";

/** A sentence where an answer cannot be sent; empty where it can. */
export function answerProblem(question: Question | null, value: string): string {
  const text = value.trim();
  if (!question || (text === "" && !question.isNeeded)) return "";
  if (text === "") return `${question.label}: this is needed.`;
  if (question.kind === "number" && !/^[1-9]\d{0,5}$/.test(text)) return "Give a whole number above zero.";
  return "";
}
