/** three.js: one module, one script with the global that older pages expect, and the addons. */
import { readdir } from "node:fs/promises";
import { posix } from "node:path";
import { bundleModule, bundleScript } from "./bundle.mjs";

/** Folders of examples/jsm that fetch nothing and need no other renderer. */
const ADDONS = [
  "animation", "capabilities", "controls", "curves", "effects", "environments", "exporters",
  "geometries", "helpers", "interactive", "lights", "lines", "loaders", "materials", "math", "misc",
  "modifiers", "objects", "physics", "postprocessing", "renderers", "shaders", "textures", "utils",
];
/** Single libraries that addons and pages import. */
const LIBS = ["fflate.module.js", "lil-gui.module.min.js", "stats.module.js", "tween.module.js"];

/** What older pages expect on THREE beside the core; catalog.json names the same files. */
const ON_GLOBAL = {
  OrbitControls: "controls/OrbitControls.js",
  PointerLockControls: "controls/PointerLockControls.js",
  TrackballControls: "controls/TrackballControls.js",
  GLTFLoader: "loaders/GLTFLoader.js",
  EffectComposer: "postprocessing/EffectComposer.js",
  RenderPass: "postprocessing/RenderPass.js",
  ShaderPass: "postprocessing/ShaderPass.js",
  UnrealBloomPass: "postprocessing/UnrealBloomPass.js",
  CopyShader: "shaders/CopyShader.js",
  LuminosityHighPassShader: "shaders/LuminosityHighPassShader.js",
};

/** Relative imports between addons become bare ones, which the import map resolves anywhere. */
function withBareImports(code, path) {
  return code.replaceAll(/(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.\.?\/[^'"]+)\2/g, (_all, before, quote, to) => {
    const target = posix.normalize(posix.join(posix.dirname(path), to));
    return `${before}${quote}three/addons/${target}${quote}`;
  });
}

async function addonPaths(source) {
  const lists = ADDONS.map(async (folder) => {
    const entries = await readdir(source(`examples/jsm/${folder}`), { recursive: true });
    return entries.map((name) => `${folder}/${name}`).filter((name) => name.endsWith(".js"));
  });
  return [...(await Promise.all(lists)).flat(), ...LIBS.map((name) => `libs/${name}`)];
}

export async function buildThree({ here, source, read, write }) {
  await write("three.module.js", await bundleModule('export * from "three";', here));
  const imports = Object.entries(ON_GLOBAL).map(
    ([name, path]) => `import { ${name} } from "three/examples/jsm/${path}";`,
  );
  const names = Object.keys(ON_GLOBAL).join(", ");
  const script = `import * as core from "three"; ${imports.join("")}
globalThis.THREE = { ...core, ${names} };`;
  await write("three.js", await bundleScript(script, here));
  await write("in-three.js", "// window.THREE has it already: it comes with three.js\n");
  for (const path of await addonPaths(source)) {
    await write(`addons/${path}`, withBareImports(await read(`examples/jsm/${path}`), path));
  }
}
