/** Highlighting, in a chunk of its own: highlight.js with the few languages that occur here. */
import highlighter from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import css from "highlight.js/lib/languages/css";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import { sanitizeHighlighted } from "./sanitize";

const LANGUAGES = { bash, css, javascript, json, python, typescript, xml };

for (const [name, language] of Object.entries(LANGUAGES)) {
  highlighter.registerLanguage(name, language);
}

/** Highlighted source as trusted HTML, or null when the language is not known. */
export function highlight(source: string, language: string): TrustedHTML | null {
  if (!highlighter.getLanguage(language)) return null;
  const { value } = highlighter.highlight(source, { language, ignoreIllegals: true });
  return sanitizeHighlighted(value);
}
