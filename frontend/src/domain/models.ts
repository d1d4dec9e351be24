/** What a page knows of the served models, in words and in waiting times. Pure. */
import type { ServedModel } from "../protocol/resources";

const LOADING_CHECK_MS = 1_000;
const ABSENT_CHECK_MS = 5_000;
const FULL_CHECK_MS = 10_000;

/** The model's name, with what keeps it from answering. */
export function modelLabel(model: ServedModel): string {
  if (model.ready) return model.name;
  return model.loading ? `${model.name} (loading)` : `${model.name} (not running)`;
}

/** When to ask for the session again; null when all is well. A bar wants to move, and whoever waits
 * for room on the disk wants to know that there is some. */
export function checkAfterMs(models: readonly ServedModel[], isFull = false): number | null {
  if (models.every((model) => model.ready)) return isFull ? FULL_CHECK_MS : null;
  return models.some((model) => model.loading) ? LOADING_CHECK_MS : ABSENT_CHECK_MS;
}
