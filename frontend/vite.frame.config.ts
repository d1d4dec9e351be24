import { defineConfig } from "vite";
import { inlineBuild, inlineIntoPage } from "./vite.inline.ts";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Artifact</title>
<style>html { color-scheme: light dark } body { margin: 0 }</style>
</head>
<body>
<script>/*script*/</script>
</body>
</html>
`;

/** The artifact frame's shell: dist/frame.html, no other file, nothing to load. */
export default defineConfig({
  plugins: [inlineIntoPage("frame.html", PAGE)],
  build: inlineBuild("src/frames/shell/main.ts", "frame.js"),
});
