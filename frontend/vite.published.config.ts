import { defineConfig } from "vite";
import { inlineBuild, inlineIntoPage, readText } from "./vite.inline.ts";

const PAGE = readText("./src/frames/published/published.html").replace(
  "/*style*/",
  () => readText("./src/frames/published/published.css").trim(),
);

/** The page around a publication: dist/published.html. The server fills in title and facts. */
export default defineConfig({
  plugins: [inlineIntoPage("published.html", PAGE)],
  build: inlineBuild("src/frames/published/main.ts", "published.js"),
});
