import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** The page. Django reads dist/.vite/manifest.json and serves dist/ under /static/. */
export default defineConfig({
  base: "/static/",
  plugins: [svelte()],
  build: {
    target: "es2022",
    // Keeps light-dark() and nesting as they are written.
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    manifest: true,
    modulePreload: false,
    // A data: URL would need font-src data: in the page's policy.
    assetsInlineLimit: 0,
    rollupOptions: { input: "src/main.ts" },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
