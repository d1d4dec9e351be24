/** The languages that source is colored, folded and indented in; each is fetched when it is needed. */
import type { LanguageSupport } from "@codemirror/language";

type Loader = () => Promise<LanguageSupport>;

const javascript = async (options: { jsx?: boolean; typescript?: boolean }) =>
  (await import("@codemirror/lang-javascript")).javascript(options);

const LOADERS: Readonly<Record<string, Loader>> = {
  html: async () => (await import("@codemirror/lang-html")).html({ autoCloseTags: false }),
  css: async () => (await import("@codemirror/lang-css")).css(),
  javascript: () => javascript({ jsx: true }),
  typescript: () => javascript({ jsx: true, typescript: true }),
  xml: async () => (await import("@codemirror/lang-xml")).xml({ autoCloseTags: false }),
  markdown: async () => (await import("@codemirror/lang-markdown")).markdown(),
  python: async () => (await import("@codemirror/lang-python")).python(),
  json: async () => (await import("@codemirror/lang-json")).json(),
};

/** The support for a language by its plain name, or null where there is none. */
export async function loadLanguage(name: string | null): Promise<LanguageSupport | null> {
  const loader = name === null ? undefined : LOADERS[name];
  return loader ? await loader() : null;
}
