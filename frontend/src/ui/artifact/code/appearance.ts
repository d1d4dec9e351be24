/** How source looks: everything from the page's tokens, the colors those of highlight.css. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const COLORS = HighlightStyle.define([
  { tag: [tags.comment, tags.meta, tags.quote], class: "hljs-comment" },
  { tag: [tags.tagName, tags.angleBracket], class: "hljs-tag" },
  { tag: [tags.attributeName, tags.propertyName, tags.typeName], class: "hljs-attr" },
  { tag: [tags.attributeValue, tags.string, tags.regexp, tags.link, tags.url], class: "hljs-string" },
  { tag: [tags.keyword, tags.modifier, tags.bool, tags.null, tags.self], class: "hljs-keyword" },
  { tag: [tags.number, tags.unit, tags.color, tags.atom], class: "hljs-number" },
  {
    tag: [tags.function(tags.variableName), tags.definition(tags.variableName), tags.heading],
    class: "hljs-title",
  },
  { tag: [tags.className, tags.labelName], class: "hljs-title" },
  { tag: tags.emphasis, class: "hljs-emphasis" },
  { tag: tags.strong, class: "hljs-strong" },
]);

const THEME = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--surface)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--font-mono)",
    fontSize: "var(--text-s)",
    fontVariantLigatures: "none",
    lineHeight: "1.65",
  },
  ".cm-content": { padding: "var(--space-3) 0 var(--space-6)", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 var(--space-5) 0 var(--space-2)" },
  "&.cm-editor .cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    border: "0",
    backgroundColor: "var(--surface)",
    color: "var(--ink-faint)",
  },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "3.2em", padding: "0 var(--space-1)" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0 var(--space-1)", cursor: "pointer" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": {
    backgroundColor: "var(--sunken)",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--code-selection)",
  },
  "&.cm-focused .cm-matchingBracket": {
    outline: "1px solid var(--line-focus)",
    backgroundColor: "transparent",
  },
  ".cm-foldPlaceholder": {
    border: "0",
    borderRadius: "var(--radius-s)",
    backgroundColor: "var(--hover)",
    color: "var(--ink-soft)",
    padding: "0 var(--space-2)",
  },
  ".cm-searchMatch": { backgroundColor: "var(--code-match)", borderRadius: "2px" },
  ".cm-searchMatch-selected": { outline: "2px solid var(--accent)" },
  ".cm-selectionMatch": { backgroundColor: "var(--code-match)" },
});

const PANELS = EditorView.theme({
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", zIndex: "2" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "var(--space-1)",
    padding: "var(--space-2) var(--space-6) var(--space-2) var(--space-3)",
    fontFamily: "var(--font)",
    fontSize: "var(--text-s)",
  },
  ".cm-panel.cm-search br": { flexBasis: "100%" },
  ".cm-panel.cm-search label": { fontSize: "var(--text-s)" },
  ".cm-textfield": {
    minHeight: "28px",
    margin: "0",
    padding: "0 var(--space-2)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-s)",
    backgroundColor: "var(--surface)",
    fontSize: "var(--text-s)",
  },
  ".cm-button": {
    minHeight: "28px",
    margin: "0",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-s)",
    background: "var(--surface)",
    color: "var(--ink)",
    fontSize: "var(--text-s)",
  },
  ".cm-button:hover": { background: "var(--hover)" },
  ".cm-panel.cm-search [name=close]": { fontSize: "var(--text-l)", color: "var(--ink-soft)" },
});

const DIFFERENCES = EditorView.theme({
  ".cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--diff-new)" },
  ".cm-deletedChunk": { backgroundColor: "var(--diff-old)", paddingLeft: "var(--space-2)" },
  "&.cm-merge-a .cm-changedLine": { backgroundColor: "var(--diff-old)" },
  "&.cm-merge-b .cm-changedLine": { backgroundColor: "var(--diff-new)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": {
    background: "var(--diff-old-text)",
  },
  "&.cm-merge-b .cm-changedText, .cm-changedText": { background: "var(--diff-new-text)" },
  ".cm-collapsedLines": {
    background: "var(--sunken)",
    color: "var(--ink-soft)",
    fontFamily: "var(--font)",
    fontSize: "var(--text-xs)",
  },
  // Signs that few fonts have.
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: '""' },
});

/** The looks of every view of source. */
export const appearance: Extension = [THEME, PANELS, DIFFERENCES, syntaxHighlighting(COLORS)];

/** Lets the page's policy accept the style element that the editor adds. */
export function styleNonce(): Extension {
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";
  return EditorView.cspNonce.of(nonce);
}
