/** Which characters a WOFF2 font can draw: its `cmap`, which the format compresses and leaves as it
 * is. Sources: https://www.w3.org/TR/WOFF2/ (4 and 5) and OpenType's `cmap` (formats 4 and 12). */
import { brotliDecompressSync } from "node:zlib";

const SIGNATURE = 0x774f4632;
const HEADER_BYTES = 48;
const CMAP = 0;
const GLYF = 10;
const LOCA = 11;
const OTHER_TAG = 63;

/** Reads the directory of tables; a length is up to five bytes of seven bits each. */
function readTables(bytes) {
  const count = bytes.readUInt16BE(12);
  let place = HEADER_BYTES;
  const readLength = () => {
    let value = 0;
    for (let digit = 0; digit < 5; digit += 1) {
      const byte = bytes[place++];
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
    throw new Error("A length in a font has more than five bytes.");
  };
  const tables = [];
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    const flags = bytes[place++];
    const kind = flags & 63;
    if (kind === OTHER_TAG) place += 4;
    const version = flags >> 6;
    const own = readLength();
    const isTransformed = kind === GLYF || kind === LOCA ? version === 0 : version !== 0;
    const length = isTransformed ? readLength() : own;
    tables.push({ kind, offset, length });
    offset += length;
  }
  return { tables, end: place };
}

function* charactersOfFormat4(table) {
  const half = table.readUInt16BE(6);
  const ends = 14;
  const starts = ends + half + 2;
  for (let segment = 0; segment < half; segment += 2) {
    const [end, start] = [table.readUInt16BE(ends + segment), table.readUInt16BE(starts + segment)];
    const delta = table.readUInt16BE(starts + half + segment);
    const rangePlace = starts + 2 * half + segment;
    const range = table.readUInt16BE(rangePlace);
    for (let code = start; code <= end && code !== 0xffff; code += 1) {
      const stored = range ? table.readUInt16BE(rangePlace + range + 2 * (code - start)) : code;
      const glyph = range && stored === 0 ? 0 : (stored + delta) & 0xffff;
      if (glyph !== 0) yield code;
    }
  }
}

function* charactersOfFormat12(table) {
  for (let group = 0; group < table.readUInt32BE(12); group += 1) {
    const place = 16 + 12 * group;
    const [start, end, glyph] = [0, 4, 8].map((step) => table.readUInt32BE(place + step));
    for (let code = start; code <= end; code += 1) if (glyph + code - start !== 0) yield code;
  }
}

const READERS = { 4: charactersOfFormat4, 12: charactersOfFormat12 };

/** The code points with a glyph, of the font in `bytes`. Throws for what is no WOFF2 font. */
export function readCharacters(bytes) {
  if (bytes.readUInt32BE(0) !== SIGNATURE) throw new Error("This is no WOFF2 font.");
  const { tables, end } = readTables(bytes);
  const packed = bytes.subarray(end, end + bytes.readUInt32BE(20));
  const unpacked = brotliDecompressSync(packed);
  const place = tables.find(({ kind }) => kind === CMAP);
  if (!place) throw new Error("The font has no cmap.");
  const cmap = unpacked.subarray(place.offset, place.offset + place.length);
  const found = new Set();
  for (let record = 0; record < cmap.readUInt16BE(2); record += 1) {
    const table = cmap.subarray(cmap.readUInt32BE(4 + 8 * record + 4));
    const read = READERS[table.readUInt16BE(0)];
    for (const code of read ? read(table) : []) found.add(code);
  }
  return found;
}
