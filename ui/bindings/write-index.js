// Writes index.ts: one re-export per type that ts-rs wrote beside this file.
// Run after the bindings were generated anew; the order is the alphabet's, so the result is stable.
import { readdirSync, writeFileSync } from "node:fs";

const folder = import.meta.dirname;
const types = readdirSync(folder)
  .filter((name) => /^[A-Z]\w*\.ts$/.test(name))
  .map((name) => name.slice(0, -3))
  .sort();
writeFileSync(
  `${folder}/index.ts`,
  types.map((name) => `export type { ${name} } from "./${name}";\n`).join(""),
);
