import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      "companion",
      "companion/vitest.dom.config.ts",
      "console",
      "console/vitest.dom.config.ts",
      "shared",
    ],
  },
});
