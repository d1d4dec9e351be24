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

/** All faces as CSS. */
async function readStyle(place) {
  const styles = await Promise.all((await faceStyles(place)).map((name) => place.read(name)));
  return cleanFaces(styles.join("\n"));
}

/** Each face by itself: its rule, and the name of its file. */
export async function facesOf(place) {
  const rules = (await readStyle(place)).match(/@font-face\s*\{[^}]*\}/g) ?? [];
  return rules.map((text) => ({ text, file: /url\(\.\/files\/([^)]+)\)/.exec(text)[1] }));
}

export async function buildFont(place) {
  const { entry, copy, write } = place;
  const css = await readStyle(place);
  const files = new Set((await facesOf(place)).map(({ file }) => file));
  if (files.size === 0) throw new Error(`${entry.package}: no font files found in its styles.`);
  for (const file of files) await copy(`files/${file}`, `files/${file}`);
  await write(`${entry.slug}.css`, named(css, entry.family));
  for (const family of entry.stands_for) {
    await write(`as-${slugOf(family)}.css`, named(css, family));
  }
}
