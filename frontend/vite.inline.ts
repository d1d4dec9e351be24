import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Puts the one script of a build into one document of the artifact origin: nothing to load.
 * `page` is the document with a comment that says script where it goes. */
export function inlineIntoPage(fileName: string, page: string): Plugin {
  const place = "/*script*/";
  return {
    name: "inline-into-page",
    generateBundle(_options, bundle) {
      for (const [name, chunk] of Object.entries(bundle)) {
        if (chunk.type !== "chunk") continue;
        delete bundle[name];
        const script = chunk.code.trim().replaceAll("</script", "<\\/script");
        this.emitFile({ type: "asset", fileName, source: page.replace(place, () => script) });
      }
    },
  };
}

export const readText = (path: string): string =>
  readFileSync(new URL(path, import.meta.url), "utf8");

/** How such a build differs from the page's. */
export const inlineBuild = (input: string, script: string) => ({
  target: "es2022",
  emptyOutDir: false,
  copyPublicDir: false,
  modulePreload: false as const,
  rollupOptions: {
    input,
    output: { format: "iife" as const, entryFileNames: script },
  },
});
