// Lint rules of the whole UI workspace: typescript-eslint strict with types, Svelte's own rules,
// no import cycles, the tiers shared → domain → views, and the floors of domain/.
import { readdirSync } from "node:fs";

import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

/** The groups of each app's domain/, floor by floor from the ground up: a group imports from the floors below it only. */
const FLOORS = {
  companion: [
    ["words", "failure", "setup", "lock", "room", "joint", "reference"],
    ["draft", "sync", "presence"],
    ["records"],
    ["app"],
  ],
  console: [
    ["words", "message", "form", "keys"],
    ["sealed", "list", "devices", "record", "handling", "planning"],
    ["find", "report"],
    ["session"],
  ],
};

function floorZones(app) {
  const domain = `./${app}/src/domain`;
  const placed = FLOORS[app].flat().sort();
  const found = readdirSync(new URL(domain, import.meta.url)).sort();
  if (found.join() !== placed.join()) {
    throw new Error(`${domain} holds ${found.join(", ")}; the floors name ${placed.join(", ")}`);
  }
  return FLOORS[app].flatMap((floor, level) =>
    floor.map((group) => {
      const below = FLOORS[app].slice(0, level).flat();
      return {
        target: `${domain}/${group}`,
        from: domain,
        except: [group, ...below].map((allowed) => `./${allowed}`),
        message: `domain/${group} may use ${below.join(", ") || "no other group"}: see FLOORS.`,
      };
    }),
  );
}

const tierRule = (app) => [
  "error",
  {
    basePath: import.meta.dirname,
    zones: [
      ...floorZones(app),
      { target: `./${app}/src/shared`, from: `./${app}/src/domain` },
      { target: `./${app}/src/shared`, from: `./${app}/src/views` },
      { target: `./${app}/src/domain`, from: `./${app}/src/views` },
    ],
  },
];

export default ts.config(
  { ignores: ["bindings/*.ts", "**/dist/", "**/src/paraglide/", "**/node_modules/", "**/*.inlang/"] },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: {
        parser: ts.parser, // for <script lang="ts">, also where a .ts file imports a component
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: [".svelte"],
      },
    },
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [
        createTypeScriptImportResolver({
          noWarnOnMultipleProjects: true,
          project: ["companion/tsconfig.json", "console/tsconfig.json", "shared/tsconfig.json"],
        }),
      ],
      "import-x/extensions": [".ts", ".svelte", ".js"],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts"], "svelte-eslint-parser": [".svelte"] },
    },
    rules: {
      "import-x/no-cycle": "error",
      "no-console": "error",
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["@tauri-apps/*"], message: "Only companion/src/shared/bridge talks to the shell." },
          ],
        },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "svelte/no-at-html-tags": "error",
      "svelte/button-has-type": "error",
      "svelte/no-inline-styles": "error",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    // The compiler and svelte-check know props and $state; these rules do not.
    rules: {
      "prefer-const": "off",
      "svelte/prefer-const": "error",
      "@typescript-eslint/no-useless-default-assignment": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
      // `void state.revision` is how an effect names what it depends on.
      "@typescript-eslint/no-meaningless-void-operator": "off",
      // Function bindings and snippets have no types here; svelte-check gives them theirs, without any.
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  { files: ["companion/src/**"], rules: { "import-x/no-restricted-paths": tierRule("companion") } },
  { files: ["console/src/**"], rules: { "import-x/no-restricted-paths": tierRule("console") } },
  { files: ["companion/src/shared/bridge/**"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["console/src/**"],
    ignores: ["console/src/shared/api.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "fetch", message: "Only console/src/shared/api.ts talks to the backend." },
      ],
    },
  },
  {
    // Svelte throws on two equal keys in one list, and a device may send what is equal on purpose.
    files: ["console/src/**/*.svelte"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "SvelteEachBlock > .key[property.name=/^(observation|entity|inspection|purpose|sha256)$/]",
          message: "A device chooses this value: key by operation or by index.",
        },
      ],
    },
  },
  {
    files: ["**/*.js", "*.config.ts", "*/*.config.ts", "provider/*.mjs"],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
  },
);
