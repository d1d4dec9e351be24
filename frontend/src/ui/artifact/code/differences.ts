/** Two texts beside each other or in one, with what differs marked. In a chunk with the editor. */
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { appearance, styleNonce } from "./appearance";
import { loadLanguage } from "./languages";

export interface Sides {
  readonly before: string;
  readonly after: string;
  /** Name of the language of both. */
  readonly language: string | null;
  /** What each side is called by a screen reader. */
  readonly labels: readonly [string, string];
}

const COLLAPSE = { margin: 3, minSize: 6 };

/** In one view, lines that are gone stand as they are, however many; sides draw those in view only. */
const MOST_UNIFIED_CHARACTERS = 200_000;

function fitsUnified({ before, after }: Sides): boolean {
  return before.length + after.length <= MOST_UNIFIED_CHARACTERS;
}

async function readingExtensions(language: string | null, label: string): Promise<Extension[]> {
  return [
    lineNumbers(),
    appearance,
    styleNonce(),
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true" }),
    (await loadLanguage(language)) ?? [],
  ];
}

/** Shows the differences in `parent`; side by side where there is room, or much to draw. Returns what
 * removes them. */
export async function showDifferences(
  parent: HTMLElement,
  sides: Sides,
  isWide: boolean,
): Promise<() => void> {
  const [before, after] = await Promise.all(
    sides.labels.map((label) => readingExtensions(sides.language, label)),
  );
  if (isWide || !fitsUnified(sides)) {
    const view = new MergeView({
      parent,
      a: { doc: sides.before, extensions: before ?? [] },
      b: { doc: sides.after, extensions: after ?? [] },
      collapseUnchanged: COLLAPSE,
      gutter: true,
    });
    return () => view.destroy();
  }
  const merge = unifiedMergeView({
    original: sides.before,
    mergeControls: false,
    collapseUnchanged: COLLAPSE,
  });
  const state = EditorState.create({ doc: sides.after, extensions: [after ?? [], merge] });
  const view = new EditorView({ parent, state });
  return () => view.destroy();
}
