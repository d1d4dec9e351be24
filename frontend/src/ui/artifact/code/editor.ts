/** Source in CodeMirror: grows while it is written, can be edited afterwards. In a chunk of its own. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import {
  bracketMatching,
  codeFolding,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
} from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState, type Extension, Transaction } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { appearance, styleNonce } from "./appearance";
import { loadLanguage } from "./languages";

export interface EditorEvents {
  /** The person changed the text; what the page sets is not told. */
  readonly onEdit: (text: string) => void;
  /** Ctrl-S or Cmd-S. */
  readonly onSave: () => void;
}

/** Marks changes that come from the page: the person's undo does not take them back. */
const fromPage = Annotation.define<boolean>();
const PAGE = [fromPage.of(true), Transaction.addToHistory.of(false)];

/** About seven updates a second while text is written: smooth to the eye, cheap to color. */
const STREAM_MS = 140;

/** Nearer to the end than this, the view follows what is written. */
const NEAR_END_PX = 60;

const READING: Extension = [
  lineNumbers(),
  foldGutter(),
  codeFolding(),
  highlightSpecialChars(),
  drawSelection(),
  bracketMatching(),
  highlightSelectionMatches(),
  search({ top: true }),
];

const EDITING: Extension = [history(), indentOnInput(), highlightActiveLine()];

/** Tab leaves the editor, as everywhere on the page: nobody is caught in it. */
const KEYS = keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...foldKeymap]);

function isAtEnd(view: EditorView): boolean {
  const { scrollHeight, clientHeight, scrollTop } = view.scrollDOM;
  return scrollHeight - clientHeight - scrollTop < NEAR_END_PX;
}

export class Editor {
  readonly #view: EditorView;
  readonly #language = new Compartment();
  readonly #readOnly = new Compartment();
  #text: string;
  #languageName: string | null = null;
  #coming: string | null = null;
  #streamTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(parent: HTMLElement, text: string, label: string, events: EditorEvents) {
    this.#text = text;
    const save = { key: "Mod-s", preventDefault: true, run: () => (events.onSave(), true) };
    const told = EditorView.updateListener.of((update) => {
      if (!update.docChanged || update.transactions.some((one) => one.annotation(fromPage))) return;
      this.#text = update.state.doc.toString();
      events.onEdit(this.#text);
    });
    const extensions = [
      READING,
      EDITING,
      keymap.of([save]),
      KEYS,
      appearance,
      styleNonce(),
      indentUnit.of("  "),
      EditorView.contentAttributes.of({ "aria-label": label }),
      this.#language.of([]),
      this.#readOnly.of(readOnly(true)),
      told,
    ];
    this.#view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
  }

  get text(): string {
    return this.#text;
  }

  /** Shows a text that is being written, soon. */
  stream(text: string): void {
    this.#coming = text;
    this.#streamTimer ??= setTimeout(() => this.setText(this.#coming ?? this.#text), STREAM_MS);
  }

  /** Shows a text; one that only grew keeps the place, and follows the end if the end is in view. */
  setText(text: string): void {
    this.#forgetStream();
    if (text === this.#text) return;
    const grows = this.#text !== "" && text.startsWith(this.#text);
    const follows = grows && isAtEnd(this.#view);
    const { length } = this.#view.state.doc;
    // CodeMirror counts a line break as one character, however it was written.
    const changes = grows
      ? { from: length, insert: text.slice(this.#text.length) }
      : { from: 0, to: length, insert: text };
    this.#text = text;
    this.#view.dispatch({ changes, annotations: PAGE });
    if (follows) this.#scrollToEnd();
  }

  setReadOnly(isReadOnly: boolean): void {
    this.#view.dispatch({ effects: this.#readOnly.reconfigure(readOnly(isReadOnly)) });
  }

  async setLanguage(name: string | null): Promise<void> {
    if (name === this.#languageName) return;
    this.#languageName = name;
    const support = await loadLanguage(name);
    if (name !== this.#languageName) return;
    this.#view.dispatch({ effects: this.#language.reconfigure(support ?? []) });
  }

  focus(): void {
    this.#view.focus();
  }

  destroy(): void {
    this.#forgetStream();
    this.#view.destroy();
  }

  #forgetStream(): void {
    if (this.#streamTimer !== null) clearTimeout(this.#streamTimer);
    this.#streamTimer = null;
    this.#coming = null;
  }

  #scrollToEnd(): void {
    const end = this.#view.state.doc.length;
    this.#view.dispatch({ effects: EditorView.scrollIntoView(end, { y: "end" }) });
  }
}

/** A read-only text can still take the focus, to scroll, search and select by keyboard. */
function readOnly(isReadOnly: boolean): Extension {
  const { readOnly: state } = EditorState;
  return [state.of(isReadOnly), EditorView.contentAttributes.of({ "aria-readonly": `${isReadOnly}` })];
}
