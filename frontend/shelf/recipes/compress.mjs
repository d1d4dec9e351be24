/** `.gz` and `.br` beside every text of the shelf, for a server that sends files as they are. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const TEXT = /\.(?:js|css|txt)$/;
const SMALL_BYTES = 1024;
// Quality 11 takes ten times as long for a few percent, and everybody's set-up waits for it.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

async function compressFile(path) {
  const content = await readFile(path);
  if (content.length < SMALL_BYTES) return;
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 6 }));
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content, BROTLI));
}

export async function compress(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const texts = entries.filter((entry) => entry.isFile() && TEXT.test(entry.name));
  for (let next = 0; next < texts.length; next += 16) {
    const some = texts.slice(next, next + 16);
    await Promise.all(some.map((entry) => compressFile(join(entry.parentPath ?? entry.path, entry.name))));
  }
}
