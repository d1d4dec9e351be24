/** A font family: its woff2 files by Unicode range, one style under its own name, and one for each
 * family whose place it takes. */
import { readdir } from "node:fs/promises";

/** `Bebas Neue` → `bebas-neue`; webapp/shelf/catalog.py makes the same of it. */
const slugOf = (family) => family.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

/** A face without the formats that no browser of today asks for, and with swap, so text shows. */
function cleanFaces(css) {
  return css.replaceAll(/,\s*url\([^)]*\.woff\)\s*format\(['"]woff['"]\)/g, "").trim();
}

function named(css, family) {
  return css.replaceAll(/font-family:\s*(['"])[^'"]*\1/g, `font-family: '${family}'`);
}

async function faceStyles({ source }) {
  const names = await readdir(source("."));
  const wanted = ["index.css", "wght-italic.css", "400-italic.css"];
  return wanted.filter((name) => names.includes(name));
}

export async function buildFont(place) {
  const { entry, copy, read, write } = place;
  const styles = await Promise.all((await faceStyles(place)).map((name) => read(name)));
  const css = cleanFaces(styles.join("\n"));
  const files = new Set([...css.matchAll(/url\(\.\/files\/([^)]+)\)/g)].map((match) => match[1]));
  if (files.size === 0) throw new Error(`${entry.package}: no font files found in its styles.`);
  for (const file of files) await copy(`files/${file}`, `files/${file}`);
  await write(`${entry.slug}.css`, named(css, entry.family));
  for (const family of entry.stands_for) {
    await write(`as-${slugOf(family)}.css`, named(css, family));
  }
}
