import { describe, expect, it } from "vitest";

import type { SealedObservation } from "./sealedForm";
import { hitsIn, wordsOf } from "./searching";

const PLACE = {
  neighbourhood: "",
  name: "Noordster",
  address: "Trawlerkade 8",
  postcode: "",
  berth: "Haringhaven 12",
  imo: "9074729",
  mmsi: "",
  eni: "",
  fishingMark: "",
  kvk: "",
  bag: "",
  coordinates: null,
};
const SAID: SealedObservation = {
  header: { tenant: "GM0453", device: "d", operation: "o", schema: "observation.v2" },
  reason: "",
  narrative: `${"Een lange aanloop. ".repeat(9)}De kapitein José hield de paspoorten in de kluis. ${"En verder niets. ".repeat(9)}`,
  place: PLACE,
  persons: [{ pseudonym: "P1", description: "spreekt Tagalog", consents: [] }],
};
const marked = (typed: string) =>
  hitsIn(SAID, wordsOf(typed)).map(({ where, pieces }) => [
    where,
    pieces.filter(({ isHit }) => isHit).map(({ text }) => text),
  ]);

describe("hitsIn", () => {
  it("finds words whatever their case and accents, and marks them as they were written", () => {
    expect(marked("jose PASPOORT")).toEqual([["narrative", ["José", "paspoort"]]]);
    expect(marked("josé")).toEqual([["narrative", ["José"]]]);
  });

  it("finds in place, ship and persons, and where several stand apart each", () => {
    expect(marked("noordster p1")).toEqual([
      ["place", ["Noordster"]],
      ["person", ["P1"]],
    ]);
    expect(marked("9074729")).toEqual([["place", ["9074729"]]]);
  });

  it("finds nothing where one of the words is missing", () => {
    expect(marked("paspoort onderzeeër")).toEqual([]);
    expect(marked("")).toEqual([]);
    expect(marked(" x ")).toEqual([]);
  });

  it("shows what stands around, and no more", () => {
    const [hit] = hitsIn(SAID, wordsOf("kluis"));
    const shown = hit?.pieces.map(({ text }) => text).join("") ?? "";
    expect(shown.startsWith("…") && shown.endsWith("…")).toBe(true);
    expect(shown).toContain("paspoorten in de kluis");
    expect(shown.length).toBeLessThan(140);
  });

  it("marks what overlaps once, and takes patterns for words", () => {
    expect(marked("kapitein tein")).toEqual([["narrative", ["kapitein"]]]);
    expect(marked(".* (")).toEqual([]);
    const odd: SealedObservation = { ...SAID, narrative: "İstanbul 👩‍🚒 ﬁets e\u0301e\u0301n" };
    expect(hitsIn(odd, wordsOf("istanbul"))[0]?.pieces.filter(({ isHit }) => isHit)[0]?.text).toBe(
      "İstanbul",
    );
    expect(hitsIn(odd, wordsOf("een"))[0]?.pieces.some(({ isHit }) => isHit)).toBe(true);
  });
});

it("looks for eight words at most, each once", () => {
  expect(wordsOf("a bb  BB\tccc")).toEqual(["bb", "ccc"]);
  expect(wordsOf("aa bb cc dd ee ff gg hh ii jj")).toHaveLength(8);
});
