/** Bundling with rolldown, which Vite brings: one module, or one script with a global. */
import { join } from "node:path";
import { rolldown } from "rolldown";

const VIRTUAL = "\0entry";

/** Lets an entry be text, and look for packages as a file beside node_modules would. */
function textEntry(text, folder) {
  return {
    name: "text-entry",
    resolveId(id, importer) {
      if (id === VIRTUAL) return id;
      if (importer === VIRTUAL) return this.resolve(id, join(folder, "entry.js"), { skipSelf: true });
      return null;
    },
    load: (id) => (id === VIRTUAL ? text : null),
  };
}

async function bundle(text, folder, external, output) {
  const build = await rolldown({
    input: VIRTUAL,
    external,
    platform: "browser",
    plugins: [textEntry(text, folder)],
    transform: { define: { "process.env.NODE_ENV": '"production"' } },
    onLog: () => undefined,
  });
  const { output: chunks } = await build.generate({ minify: true, codeSplitting: false, ...output });
  await build.close();
  if (chunks.length !== 1) throw new Error(`A bundle has ${chunks.length} files instead of one.`);
  return chunks[0].code;
}

/** An ES module in one file; `external` names stay bare imports. */
export const bundleModule = (text, folder, external = []) =>
  bundle(text, folder, external, { format: "esm" });

/** A classic script; the text sets its globals itself. */
export const bundleScript = (text, folder) => bundle(text, folder, [], { format: "iife" });
