import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte()],
  test: {
    name: "console",
    include: ["src/**/*.test.ts"],
    exclude: ["src/**/*.dom.test.ts"],
    environment: "node",
  },
});
