import type { Term, Vocabulary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import type { Locale } from "../i18n/locale.svelte";
import { vocabularyWords } from "./terms";

const TERMS: Term[] = [
  { code: "arbeid", nl: "Arbeidsuitbuiting", en: "Labour exploitation" },
  { code: "onbekend", nl: "Onbekend", en: "Unknown" },
];
const VOCABULARY = {
  indicatorGroups: [
    { indicators: [{ code: "D1", nl: "Geen papieren", en: "No papers" }] },
    { indicators: [{ code: "V1", nl: "Mag niet weg", en: "Cannot leave" }] },
  ],
} as unknown as Vocabulary;

let locale: Locale = "nl";
const { briefChoices, choices, indicatorLabels, label, labels } = vocabularyWords(() => locale);

describe("vocabularyWords", () => {
  it("speaks the language that is on screen now", () => {
    locale = "nl";
    expect(labels(TERMS, ["arbeid", "onbekend"])).toBe("Arbeidsuitbuiting, Onbekend");
    locale = "en";
    expect(labels(TERMS, ["arbeid", "onbekend"])).toBe("Labour exploitation, Unknown");
    expect(choices(TERMS)[0]).toEqual({ value: "arbeid", label: "Labour exploitation" });
  });

  it("shows a code it does not know as it is, and nothing where none was given", () => {
    expect(label(TERMS, "van-later")).toBe("van-later");
    expect(label(TERMS, null)).toBe("");
    expect(labels(TERMS, [])).toBe("");
  });

  it("is brief where the vocabulary is, and says as little as it can where it is not", () => {
    locale = "nl";
    const short = { nl: "Arbeid", en: "Labour" };
    const acute = { code: "acuut", nl: "Acuut: bel 112", en: "Acute: call 112" };
    const labour = { code: "arbeid", nl: "Arbeidsuitbuiting", en: "Labour exploitation", short };
    expect(briefChoices([labour, acute]).map(({ label }) => label)).toEqual(["Arbeid", "Acuut"]);
    locale = "en";
    expect(briefChoices([labour, acute]).map(({ label }) => label)).toEqual(["Labour", "Acute"]);
  });

  it("finds an indicator in any group, and names its code", () => {
    locale = "nl";
    expect(indicatorLabels(VOCABULARY, ["V1", "D1", "X9"])).toEqual([
      "Mag niet weg (V1)",
      "Geen papieren (D1)",
      "X9 (X9)",
    ]);
  });
});
