import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** The tests that need a document: whole pages. They use the browser's side of Svelte, not the server's. */
export default defineConfig({
  plugins: [svelte()],
  resolve: { conditions: ["browser"] },
  test: {
    name: "console-dom",
    include: ["src/**/*.dom.test.ts"],
    environment: "happy-dom",
    testTimeout: 30_000,
  },
});
