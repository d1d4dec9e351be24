/** Makes dist/ of the packages in node_modules: one folder `name@version` for each library and font
 * of catalog.json, the licenses of all, and compressed copies of what is text.
 *
 * What a file must be: a module is one file that imports by bare names only, so that an import map
 * alone resolves it, on a server or inside an exported document; a script needs no other file; a
 * style names only its own fonts. Fails with a sentence where a package is not as expected.
 */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compress } from "./recipes/compress.mjs";
import { buildFont } from "./recipes/fonts.mjs";
import { writeLicenses } from "./recipes/licenses.mjs";
import { recipes } from "./recipes/libraries.mjs";
import { buildWritings } from "./recipes/writings.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const PACKAGES = join(HERE, "node_modules");
const DIST = join(HERE, "dist");

async function checkVersion({ package: name, version }) {
  const installed = JSON.parse(await readFile(join(PACKAGES, name, "package.json"), "utf8"));
  if (installed.version !== version) {
    throw new Error(`${name}: catalog.json says ${version}, installed is ${installed.version}.`);
  }
}

const folderOf = (name, version) => join(DIST, `${name}@${version}`);

/** The files of one library: reads from its package, writes into its folder of dist/. */
function workplace(entry) {
  const target = folderOf(entry.slug ?? entry.name, entry.version);
  const source = (path, packageName = entry.package) => join(PACKAGES, packageName, path);
  const write = (file, content) => writeInto(target, file, content);
  return {
    entry,
    here: HERE,
    source,
    target,
    write,
    read: (path, packageName) => readFile(source(path, packageName), "utf8"),
    readBytes: (path) => readFile(source(path)),
    copy: (path, file) => cp(source(path), join(target, file), { recursive: true }),
  };
}

async function writeInto(folder, file, content) {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

async function buildLibrary(entry) {
  const recipe = recipes[entry.name];
  if (!recipe) throw new Error(`${entry.name} stands in catalog.json and has no recipe.`);
  await checkVersion(entry);
  await recipe(workplace(entry));
}

async function main() {
  const catalog = JSON.parse(await readFile(join(HERE, "catalog.json"), "utf8"));
  await rm(DIST, { recursive: true, force: true });
  await Promise.all(catalog.libraries.map(buildLibrary));
  for (const font of catalog.fonts) {
    await checkVersion(font);
    await buildFont(workplace(font));
  }
  const written = catalog.fonts.filter((font) => font.writing);
  // Named after what it is made of, so that another version of a font is another address.
  const versions = [...new Set(written.map((font) => font.version))].sort();
  const together = folderOf("noto-sans-cjk", versions.join("-"));
  await buildWritings(written.map(workplace), (file, css) => writeInto(together, file, css));
  await writeLicenses([...catalog.libraries, ...catalog.fonts], PACKAGES, DIST);
  await compress(DIST);
}

await main();
