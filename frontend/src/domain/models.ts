/** What a page knows of the served models, in words and in waiting times. Pure. */
import type { ServedModel } from "../protocol/resources";

const LOADING_CHECK_MS = 1_000;
const ABSENT_CHECK_MS = 5_000;

/** The model's name, with what keeps it from answering. */
export function modelLabel(model: ServedModel): string {
  if (model.ready) return model.name;
  return model.loading ? `${model.name} (loading)` : `${model.name} (not running)`;
}

/** When to ask for the models again; null when all of them are ready. A bar wants to move. */
export function checkAfterMs(models: readonly ServedModel[]): number | null {
  if (models.every((model) => model.ready)) return null;
  return models.some((model) => model.loading) ? LOADING_CHECK_MS : ABSENT_CHECK_MS;
}
