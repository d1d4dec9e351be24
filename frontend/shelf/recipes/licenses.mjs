/** LICENSES.txt: whose work the shelf is, and on which terms it may be passed on. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const NAME = /^(?:licen[cs]e|ofl|notice)/i;

async function licenseTexts(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && NAME.test(entry.name));
  const names = files.map((entry) => entry.name).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
}

export async function writeLicenses(entries, packages, dist) {
  const parts = [];
  for (const { package: name, version, license } of entries) {
    const texts = await licenseTexts(join(packages, name));
    parts.push(`${name} ${version}\nLicense: ${license}\n\n${texts.join("\n\n").trim()}\n`);
  }
  const rule = `\n${"=".repeat(79)}\n\n`;
  const preface = "These libraries and fonts are other people's work; each under the terms below.\n";
  await writeFile(join(dist, "LICENSES.txt"), [preface, ...parts].join(rule));
}
