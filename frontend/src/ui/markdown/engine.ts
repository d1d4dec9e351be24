/** Everything that makes HTML of markdown, in one chunk that is fetched after the first paint. */
export { MarkdownBlocks, renderProse } from "../../domain/markdown";
export { sanitizeProse } from "./sanitize";
