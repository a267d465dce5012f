import type { Vocabulary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { label, teamNames, teamsOf, urgencyWord } from "./terms";

const VOCABULARY = {
  urgencies: [{ code: "acuut", nl: "Acuut: bel 112", en: "Acute: call 112" }],
  levels: [{ code: "zorg", nl: "Zorg", en: "Care" }],
  organisations: [{ code: "politie", nl: "Politie", en: "Police" }],
} as unknown as Vocabulary;

describe("terms", () => {
  it("follow the language when it is chosen anew", () => {
    overwriteGetLocale(() => "nl");
    expect(label(VOCABULARY.levels, "zorg")).toBe("Zorg");
    overwriteGetLocale(() => "en");
    expect(label(VOCABULARY.levels, "zorg")).toBe("Care");
    expect(urgencyWord(VOCABULARY, "acuut")).toBe("Acute");
  });
});

describe("teamNames", () => {
  it("names the teams, and not the backup key", () => {
    overwriteGetLocale(() => "nl");
    expect(teamNames(VOCABULARY, ["zorg", "eigen:politie", "recovery"])).toBe(
      "Zorg, Politie (alleen de eigen organisatie)",
    );
  });

  it("are those an account's levels ask for", () => {
    const levels = teamsOf({ levels: ["team", "eigen"], organisation: "politie" });
    expect(levels).toEqual(["team", "eigen:politie"]);
  });
});
