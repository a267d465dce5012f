import { catalogueTexts, LONGEST_IN_TEXT, unbreakable } from "@baken/shared/long-words";
import { describe, expect, it } from "vitest";

import vocabulary from "../../../../../crates/protocol/src/vocabulary.json";
import catalogue from "../../../messages/nl.json";
import { LONGEST, softened } from "./softHyphens";

function* labels(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    if (name === "nl" && typeof part === "string") yield part;
    else yield* labels(part);
  }
}

describe("long Dutch words", () => {
  it("can break in every answer of the vocabulary: add the missing ones to softHyphens.ts", () => {
    expect([...labels(vocabulary)].flatMap((label) => unbreakable(softened(label), LONGEST))).toEqual([]);
  });

  it("can break in the catalogue: write \\u00ad into the missing ones", () => {
    const missing = [...catalogueTexts(catalogue)].flatMap((text) => unbreakable(text, LONGEST_IN_TEXT));
    expect(missing).toEqual([]);
  });

  it("stay the same words, capitals and all", () => {
    const soft = softened("Gedwongen orgaanverwijdering, Vissersschip");
    expect(soft).toBe("Gedwongen orgaan\u00adverwij\u00addering, Vissers\u00adschip");
    expect(soft.replaceAll("\u00ad", "")).toBe("Gedwongen orgaanverwijdering, Vissersschip");
  });

  it("is one word for one thing: a person has a beschrijving, and a warning is no melding", () => {
    const all = [...catalogueTexts(catalogue)].join("\n").replaceAll("\u00ad", "");
    expect(all).not.toMatch(/omschrijving/i);
    expect(all).not.toMatch(/\bmelding/i);
  });
});
