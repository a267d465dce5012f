/** Every word on a screen comes from the catalogue: none stands in a component, neither between its tags nor in a name. */
import { parse, type AST } from "svelte/compiler";
import { expect, it } from "vitest";

const components = import.meta.glob<string>("../../views/**/*.svelte", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** What is a name in every language. */
const NAMES = ["Baken", "Nederlands", "English"];
/** Attributes that somebody reads or hears. */
const SAID = [
  "aria-label",
  "aria-description",
  "alt",
  "title",
  "placeholder",
  "label",
  "heading",
  "text",
  "legend",
];

function isNode(value: unknown): value is AST.BaseNode & Record<string, unknown> {
  return typeof value === "object" && value !== null && "type" in value;
}

function texts(node: unknown, found: string[]): void {
  if (Array.isArray(node)) {
    for (const one of node) texts(one, found);
    return;
  }
  if (!isNode(node)) return;
  if (node.type === "Text") found.push(String(node.data));
  if (node.type === "Attribute") {
    const parts = Array.isArray(node.value) ? node.value : [];
    if (SAID.includes(String(node.name))) texts(parts, found);
    return;
  }
  for (const [name, part] of Object.entries(node))
    if (name !== "parent" && name !== "css") texts(part, found);
}

function outside(source: string): string[] {
  const found: string[] = [];
  texts(parse(source, { modern: true }).fragment, found);
  return found.filter((text) => /\p{L}/u.test(text.replaceAll(/&\w+;/g, "")) && !NAMES.includes(text.trim()));
}

it("sees a word that stands in a component", () => {
  expect(outside("<p>{m.word()} Hallo</p>")).toEqual([" Hallo"]);
  expect(outside('<button aria-label="Sluiten">✕</button>')).toEqual(["Sluiten"]);
  expect(outside('<p class="muted" data-testid="word">{m.word()} · &nbsp;</p>')).toEqual([]);
});

it.each(Object.entries(components))("finds none in %s", (_, source) => {
  expect(outside(source)).toEqual([]);
});
