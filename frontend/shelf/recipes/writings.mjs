/** One font family for each East Asian writing: the font of that writing first, and of the others
 * what it lacks. A document that names it draws every character in one of these fonts, each from one
 * file. What the fonts have besides (Latin letters, emoji) is left out, so the family may stand
 * anywhere in a list. */
import { facesOf } from "./fonts.mjs";
import { readCharacters } from "./woff2.mjs";

// Jamo, enclosed characters, radicals to compatibility forms, ideographs, Yi being none of ours,
// Hangul, compatibility and vertical forms, full and half width, kana extensions, later ideographs.
const BLOCKS = [
  [0x1100, 0x11ff],
  [0x2460, 0x24ff],
  [0x2e80, 0x9fff],
  [0xa960, 0xa97f],
  [0xac00, 0xd7ff],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe1f],
  [0xfe30, 0xfe4f],
  [0xff00, 0xffef],
  [0x1b000, 0x1b16f],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x323af],
];
const RANGE = /U\+([0-9A-F]+)(?:-([0-9A-F]+))?/gi;

const isEastAsian = (code) => BLOCKS.some(([start, end]) => start <= code && code <= end);

/** The characters that a face both claims and has, in order. */
async function charactersOf(face, font) {
  const has = readCharacters(await font.readBytes(`files/${face.file}`));
  const claimed = [];
  for (const [, first, last] of face.text.matchAll(RANGE)) {
    const end = Number.parseInt(last ?? first, 16);
    for (let code = Number.parseInt(first, 16); code <= end; code += 1) {
      if (isEastAsian(code) && has.has(code)) claimed.push(code);
    }
  }
  return claimed.sort((one, other) => one - other);
}

/** `[0x4e00, 0x4e01, 0x4e03]` → `U+4e00-4e01,U+4e03`. */
function rangesOf(codes) {
  const spans = [];
  for (const code of codes) {
    const last = spans.at(-1);
    if (last && last[1] === code - 1) last[1] = code;
    else spans.push([code, code]);
  }
  const hex = (code) => code.toString(16);
  return spans.map(([a, b]) => (a === b ? `U+${hex(a)}` : `U+${hex(a)}-${hex(b)}`)).join(",");
}

function faceRule(family, { address, codes }) {
  return [
    "@font-face {",
    `  font-family: '${family}';`,
    "  font-style: normal;",
    "  font-display: swap;",
    "  font-weight: 100 900;",
    `  src: url(${address}) format('woff2-variations');`,
    `  unicode-range: ${rangesOf(codes)};`,
    "}",
  ].join("\n");
}

async function readFaces(font) {
  const faces = await facesOf(font);
  const folder = `${font.entry.slug}@${font.entry.version}`;
  return Promise.all(
    faces.map(async (face) => ({
      address: `../${folder}/files/${face.file}`,
      codes: await charactersOf(face, font),
    })),
  );
}

/** `Noto Sans SC` → `Noto Sans CJK SC`, as the fonts that hold all writings are named;
 * webapp/shelf/catalog.py makes the same of it. */
const familyOf = (family) => family.replace("Noto Sans ", "Noto Sans CJK ");

/** Writes a style for each of `fonts`, the workplaces of those with a writing, by `write`. */
export async function buildWritings(fonts, write) {
  const faces = new Map();
  for (const font of fonts) faces.set(font, await readFaces(font));
  for (const first of fonts) {
    const seen = new Set();
    const rules = [];
    for (const font of [first, ...fonts.filter((other) => other !== first)]) {
      for (const { address, codes } of faces.get(font)) {
        const fresh = codes.filter((code) => !seen.has(code));
        for (const code of fresh) seen.add(code);
        const face = { address, codes: fresh };
        if (fresh.length > 0) rules.push(faceRule(familyOf(first.entry.family), face));
      }
    }
    await write(`${first.entry.writing}.css`, `${rules.join("\n\n")}\n`);
  }
}
