/** How each library of the catalog becomes files of the shelf. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundleModule, bundleScript } from "./bundle.mjs";
import { buildThree } from "./three.mjs";

/** `export const { a, b } = x` for a package that was written for Node. */
async function namedExports(here, name) {
  const loaded = createRequire(join(here, "entry.js"))(name);
  const names = Object.keys(loaded).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== "default");
  return `import it from ${JSON.stringify(name)}; export default it; export const { ${names.join(", ")} } = it;`;
}

/** A script that sets a global, as a module that exports it. */
const asModule = (script, global) => `${script}\nexport default globalThis.${global};\n`;

const star = (name, main = "default") =>
  `export * from ${JSON.stringify(name)}; ${main === "default" ? `export { default } from ${JSON.stringify(name)};` : `import * as all from ${JSON.stringify(name)}; export default all;`}`;

async function matter({ here, read, write }) {
  await write("matter.js", await read("build/matter.min.js"));
  await write("matter.module.js", await bundleModule(await namedExports(here, "matter-js"), here));
}

async function p5({ read, write }) {
  const script = await read("lib/p5.min.js");
  await write("p5.js", script);
  await write("p5.sound.js", await read("lib/addons/p5.sound.min.js"));
  await write("p5.module.js", asModule(script, "p5"));
}

async function phaser({ read, write }) {
  await write("phaser.js", await read("dist/phaser.min.js"));
  await write("phaser.module.js", await read("dist/phaser.esm.min.js"));
}

async function d3({ here, read, write }) {
  await write("d3.js", await read("dist/d3.min.js"));
  await write("d3.module.js", await bundleModule(star("d3", "namespace"), here));
}

async function chart({ here, read, write }) {
  await write("chart.js", await read("dist/chart.umd.min.js"));
  const text = 'export * from "chart.js"; export { default } from "chart.js/auto";';
  await write("chart.module.js", await bundleModule(text, here));
}

async function echarts({ here, read, write }) {
  await write("echarts.js", await read("dist/echarts.min.js"));
  await write("echarts.module.js", await bundleModule(star("echarts", "namespace"), here));
}

async function tone({ here, read, write }) {
  await write("tone.js", await read("build/Tone.js"));
  await write("tone.module.js", await bundleModule(star("tone", "namespace"), here));
}

async function katex({ copy, read, write }) {
  const style = (await read("dist/katex.min.css")).replaceAll(
    /,url\([^)]*\)\s*format\("(?:woff|truetype)"\)/g,
    "",
  );
  await write("katex.css", style);
  for (const [, file] of style.matchAll(/url\((fonts\/[^)]+)\)/g)) await copy(`dist/${file}`, file);
  await write("katex.js", await read("dist/katex.min.js"));
  await write("katex.module.js", await read("dist/katex.mjs"));
  await write("auto-render.js", await read("dist/contrib/auto-render.min.js"));
  const render = await read("dist/contrib/auto-render.mjs");
  await write("auto-render.module.js", render.replace(/(["'])\.\.\/katex\.mjs\1/, '"katex"'));
}

async function mermaid({ read, write }) {
  const script = await read("dist/mermaid.min.js");
  await write("mermaid.js", script);
  // The script reads its own variable back from the global object, where a module has none.
  const own = script.replace(/^(?:"use strict";)?var (\w+)\b/, "$&;globalThis.$1 ??= {};var $1=globalThis.$1");
  await write("mermaid.module.js", asModule(own, "mermaid"));
}

async function tailwindcss({ here, read, write }) {
  const bridge = await bundleScript(`import "./src/tailwind-config.js";`, here);
  await write("tailwind.js", `${bridge}\n${await read("dist/index.global.js")}`);
}

/** React, ReactDOM and the JSX runtime in one file, so that no page can load two of them. */
async function react({ here, write }) {
  const parts = ["react", "react-dom", "react-dom/client", "react/jsx-runtime"];
  const require = createRequire(join(here, "entry.js"));
  const names = new Set(parts.flatMap((part) => Object.keys(require(part))));
  for (const name of [...names]) if (!/^[A-Za-z][\w$]*$/.test(name)) names.delete(name);
  const merged =
    parts.map((part, index) => `import * as p${index} from "${part}";`).join("") +
    "const all = Object.assign({}, ...[p0, p1, p2, p3].map((one) => one.default ?? one));";
  const module = `${merged} export default all; export const { ${[...names].join(", ")} } = all;`;
  await write("react.module.js", await bundleModule(module, here));
  const script = `${merged} globalThis.React = all; globalThis.ReactDOM = all;`;
  await write("react.js", await bundleScript(script, here));
  await write("in-react.js", "// window.ReactDOM comes with react.js\n");
  await write(
    "htm-react.module.js",
    'import { createElement } from "react";\nimport htm from "htm";\n' +
      "export const html = htm.bind(createElement);\n",
  );
}

async function htm({ read, write }) {
  await write("htm.js", await read("dist/htm.umd.js"));
  await write("htm.module.js", await read("dist/htm.module.js"));
}

async function jsx({ here, write }) {
  await write("jsx.js", await bundleScript(`import "./src/jsx.js";`, here));
}

/** SQLite with its WebAssembly in the same file: a made thing may fetch nothing. */
async function sql({ source, read, write }) {
  const { readFile } = await import("node:fs/promises");
  const bytes = (await readFile(source("dist/sql-wasm.wasm"))).toString("base64");
  const open = `(() => {
  const start = initSqlJs;
  const wasmBinary = Uint8Array.from(atob("${bytes}"), (one) => one.charCodeAt(0));
  globalThis.initSqlJs = (options) => start({ ...options, wasmBinary });
})();`;
  const script = `${await read("dist/sql-wasm.js")}\n${open}\n`;
  await write("sql.js", script);
  await write("sql.module.js", asModule(script, "initSqlJs"));
}

async function lucide({ here, read, write }) {
  await write("lucide.js", await read("dist/umd/lucide.min.js"));
  await write("lucide.module.js", await bundleModule(star("lucide", "namespace"), here));
}

async function fontawesome({ copy, read, write }) {
  const style = (await read("css/all.min.css"))
    .replaceAll(/,\s*url\([^)]*\.ttf\)\s*format\("truetype"\)/g, "")
    .replaceAll("../webfonts/", "webfonts/");
  await write("fontawesome.css", style);
  const files = new Set([...style.matchAll(/url\((webfonts\/[^)]+)\)/g)].map((match) => match[1]));
  for (const file of files) await copy(file, file);
}

export const recipes = {
  three: buildThree,
  "matter-js": matter,
  p5,
  phaser,
  d3,
  "chart.js": chart,
  echarts,
  tone,
  katex,
  mermaid,
  tailwindcss,
  react,
  htm,
  jsx,
  "sql.js": sql,
  lucide,
  fontawesome,
};
