import type { Vocabulary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import builtIn from "../../../../../crates/protocol/src/vocabulary.json";
import { groupsInOrder, suggestions } from "./indicatorSuggestions";

const vocabulary = builtIn as unknown as Vocabulary;
const blank = { narrative: "", indicators: [], forms: [], place: { kind: null } };
const codes = (form: object, earlier: string[] = []) =>
  suggestions({ ...blank, ...form }, earlier, vocabulary).map(({ indicator }) => indicator.code);

describe("suggestions", () => {
  it("are nothing where nothing is known", () => {
    expect(codes({})).toEqual([]);
  });

  it("follow everyday words in either language, and say which", () => {
    expect(codes({ narrative: "De man is geslagen." }).slice(0, 2)).toEqual(["W1", "W2"]);
    expect(codes({ narrative: "He was beaten, she is crying" })).toEqual(["W1", "W2", "W5"]);
    const [first] = suggestions({ ...blank, narrative: "Hij mag er niet uit, deur op slot" }, [], vocabulary);
    expect(first).toMatchObject({
      indicator: { code: "V1" },
      reason: { kind: "words", words: "mag er niet uit" },
    });
  });

  it("are not made of a word that means many things, or of a part of one", () => {
    expect(codes({ narrative: "Er lag geld." })).toEqual([]);
    expect(codes({ narrative: "Een bangbarig geheel" })).toEqual([]);
  });

  it("bring what was seen before in the inspection, then what suits the place and the form", () => {
    const found = codes({ place: { kind: "zeeschip" }, forms: ["crimineel"] }, ["D1"]);
    expect(found).toEqual(["D1", "S1", "S2", "C1", "C2"]);
  });

  it("leave out what is chosen", () => {
    expect(codes({ narrative: "bang", indicators: ["W5"] }, ["W5"])).toEqual([]);
  });
});

describe("groups", () => {
  it("come in the order of the place, the form, and the vocabulary", () => {
    const order = (form: object) => groupsInOrder({ ...blank, ...form }, vocabulary).map(({ code }) => code);
    expect(order({ place: { kind: "vissersschip" }, forms: ["crimineel"] }).slice(0, 3)).toEqual([
      "schip",
      "crimineel",
      "documenten",
    ]);
    expect(order({})).toEqual(vocabulary.indicatorGroups.map(({ code }) => code));
  });

  it("of an older vocabulary are all there", () => {
    const older = {
      ...vocabulary,
      indicatorGroups: vocabulary.indicatorGroups.map(({ code, nl, en, indicators }) => ({
        code,
        nl,
        en,
        indicators,
      })),
    } as unknown as Vocabulary;
    expect(groupsInOrder({ ...blank, forms: ["arbeid"] }, older)).toHaveLength(9);
  });
});
