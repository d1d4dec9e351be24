/** Queues by model: they are paused by model, and wait by priority. Pure. */
import type { QueueView } from "../protocol/workers";

export interface QueueGroup {
  readonly model: string;
  readonly isPaused: boolean;
  /** In the order in which the server told them: the most urgent first. */
  readonly rows: readonly QueueView[];
}

/** Where requests wait unless somebody says otherwise. */
const USUAL = "highest";

/** What stands behind the count of a row. */
export const waitingText = (row: QueueView): string =>
  row.priority === USUAL ? "waiting" : `waiting at ${row.priority} priority`;

/** One group a model, by name. */
export function groupQueues(queues: readonly QueueView[]): readonly QueueGroup[] {
  const models = [...new Set(queues.map((queue) => queue.model))].toSorted();
  return models.map((model) => {
    const rows = queues.filter((queue) => queue.model === model);
    return { model, rows, isPaused: rows.some((row) => row.paused) };
  });
}
