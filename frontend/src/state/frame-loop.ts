/** Time between two looks while the tab is hidden, where animation frames do not come. */
const HIDDEN_MS = 250;

/** Calls `step` before the next paint, or soon when the page is hidden. */
export function onNextFrame(step: (now: number) => void): void {
  if (document.hidden) setTimeout(() => step(performance.now()), HIDDEN_MS);
  else requestAnimationFrame(() => step(performance.now()));
}
