import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Puts `.br` and `.gz` beside every asset that is text, for a server that sends files as they are. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    writeBundle({ dir = "dist" }) {
      const assets = join(dir, "assets");
      for (const name of readdirSync(assets).filter((file) => /\.(?:js|css|svg)$/.test(file))) {
        const path = join(assets, name);
        const content = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(content));
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

/** The page, and the administrators' one. Django reads dist/.vite/manifest.json and serves dist/ under /static/. */
export default defineConfig({
  base: "/static/",
  plugins: [svelte(), precompress()],
  build: {
    target: "es2022",
    // Keeps light-dark() and nesting as they are written.
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    manifest: true,
    modulePreload: false,
    // A data: URL would need font-src data: in the page's policy.
    assetsInlineLimit: 0,
    rollupOptions: { input: ["src/main.ts", "src/dashboard/main.ts", "src/styles/fonts.css"] },
  },
  // Tests run Svelte as browsers do; its server edition has no reactive maps.
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
