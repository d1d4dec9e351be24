import { defineConfig, type Plugin } from "vite";

const PAGE = (script: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Artifact</title>
<style>html { color-scheme: light dark } body { margin: 0 }</style>
</head>
<body>
<script>${script}</script>
</body>
</html>
`;

/** Puts the one script of the shell into the one document that the artifact origin serves. */
function inlineIntoPage(): Plugin {
  return {
    name: "inline-into-page",
    generateBundle(_options, bundle) {
      for (const [name, chunk] of Object.entries(bundle)) {
        if (chunk.type !== "chunk") continue;
        delete bundle[name];
        const script = chunk.code.trim().replaceAll("</script", "<\\/script");
        this.emitFile({ type: "asset", fileName: "frame.html", source: PAGE(script) });
      }
    },
  };
}

/** The artifact frame's shell: dist/frame.html, no other file, nothing to load. */
export default defineConfig({
  plugins: [inlineIntoPage()],
  build: {
    target: "es2022",
    emptyOutDir: false,
    copyPublicDir: false,
    modulePreload: false,
    rollupOptions: {
      input: "src/frames/shell/main.ts",
      output: { format: "iife", entryFileNames: "frame.js" },
    },
  },
});
