import type { Card, ReferenceShelf } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { calls, languageName, matching, pieces, textIn } from "./cards";

const card: Card = {
  code: "zorg",
  group: "guidance",
  source: "",
  calls: ["112", "zorgcoordinator", "eigen-nummer"],
  texts: [
    {
      language: "nl",
      title: "Naar de zorg",
      summary: "Wie belt u",
      blocks: [
        { kind: "step", text: "Bel 112." },
        { kind: "step", text: "Bel de coördinator." },
        { kind: "heading", text: "Let op" },
        { kind: "paragraph", text: "a" },
        { kind: "paragraph", text: "b" },
      ],
    },
    { language: "en", title: "To care", summary: "", blocks: [] },
  ],
};
const shelf: ReferenceShelf = { cards: [{ card, builtIn: true }], phones: [], issuedAt: null, old: false };

describe("a reference card", () => {
  it("is read in the language on screen, or else in its first one", () => {
    expect(textIn(card, "en").title).toBe("To care");
    expect(textIn(card, "vi").title).toBe("Naar de zorg");
    expect(textIn({ ...card, texts: [] }, "nl").title).toBe("zorg");
  });

  it("has steps that follow each other in one list, and paragraphs apart", () => {
    expect(pieces(textIn(card, "nl")).map(({ kind, texts }) => [kind, texts.length])).toEqual([
      ["step", 2],
      ["heading", 1],
      ["paragraph", 1],
      ["paragraph", 1],
    ]);
  });

  it("is found by every word of a question, without accents and in any case", () => {
    for (const question of ["", "ZORG", "coordinator 112", "wie belt"])
      expect(matching(shelf, question, "nl")).toHaveLength(1);
    for (const question of ["huis", "zorg huis"]) expect(matching(shelf, question, "nl")).toHaveLength(0);
  });

  it("calls the emergency number, the municipality's numbers, and none that nobody gave", () => {
    const phone = { code: "zorgcoordinator", nl: "Zorg Velsen", en: "Care", number: "0255 1", checked: "" };
    expect(calls(card, [phone], "112", "nl")).toEqual([
      { code: "112", name: "112", number: "112" },
      { code: "zorgcoordinator", name: "Zorg Velsen", number: "0255 1" },
      { code: "eigen-nummer", name: "eigen-nummer", number: null },
    ]);
    expect(calls(card, [], "112", "nl").map(({ number }) => number)).toEqual(["112", null, null]);
  });

  it("names a language as whoever speaks it does", () => {
    expect(languageName("pl").toLowerCase()).toBe("polski");
    expect(languageName("not a language")).toBe("not a language");
  });
});
