/** How a worker's state is told: by a word, by a tone and by a sign, never by color alone. Pure. */
import type { ViewState, WorkerView } from "../protocol/workers";

export type Tone = "good" | "busy" | "warning" | "bad" | "quiet";

export interface StateLook {
  readonly label: string;
  readonly tone: Tone;
}

const LOOKS: Readonly<Record<ViewState, StateLook>> = {
  starting: { label: "Starting", tone: "busy" },
  ready: { label: "Ready", tone: "good" },
  draining: { label: "Draining", tone: "warning" },
  stuck: { label: "Stuck", tone: "bad" },
  gone: { label: "Gone", tone: "quiet" },
  failed: { label: "Failed", tone: "bad" },
};

/** What wants a person first comes first. */
const ORDER: readonly ViewState[] = ["failed", "stuck", "gone", "draining", "starting", "ready"];

export function stateLook(state: ViewState): StateLook {
  return LOOKS[state];
}

/** By model, then what needs a look first, then by name, so that cards keep their places. */
export function sortWorkers(workers: readonly WorkerView[]): readonly WorkerView[] {
  return workers.toSorted(
    (a, b) =>
      a.model.localeCompare(b.model) ||
      ORDER.indexOf(a.view_state) - ORDER.indexOf(b.view_state) ||
      a.worker_id.localeCompare(b.worker_id),
  );
}

/** "2 ready, 1 gone": every state that there is, the good ones first. */
export function countStates(workers: readonly WorkerView[]): string {
  return ORDER.toReversed()
    .map((state) => ({ state, count: workers.filter((one) => one.view_state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${LOOKS[state].label.toLowerCase()}`)
    .join(", ");
}

/** Whether the figures of a worker are of now: one that is gone shows its last. */
export const isLive = (worker: WorkerView): boolean => worker.view_state !== "gone";

/** The worker's own name where several run on one machine: host first, else the id. */
export function workerTitle(worker: WorkerView): string {
  return worker.host ? `${worker.host} · ${worker.pid}` : worker.worker_id;
}

/** Seconds until a loading worker is ready, by its progress so far; null where that tells nothing. */
export function loadSecondsLeft(worker: WorkerView): number | null {
  const progress = worker.load_progress;
  if (worker.view_state !== "starting" || progress === null) return null;
  if (progress < 0.03 || progress >= 1) return null;
  return (worker.uptime_seconds * (1 - progress)) / progress;
}
