import type { Vocabulary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { consentState, nextPerson, withConsent } from "./persons";

const term = (code: string) => ({ code, nl: code, en: code });
const vocabulary = {
  consentPurposes: [term("zorg"), term("delen")],
  consentStates: [term("niet-gevraagd"), term("geweigerd"), term("gegeven")],
} as Vocabulary;

describe("nextPerson", () => {
  it("starts at P1 with nothing asked", () => {
    expect(nextPerson([], vocabulary)).toEqual({
      pseudonym: "P1",
      description: "",
      consents: [
        { purpose: "zorg", state: "niet-gevraagd" },
        { purpose: "delen", state: "niet-gevraagd" },
      ],
    });
  });

  it("numbers on after the highest", () => {
    const third = { pseudonym: "P3", description: "", consents: [] };
    expect(nextPerson([third], vocabulary).pseudonym).toBe("P4");
  });
});

describe("consent", () => {
  it("is kept per purpose", () => {
    const person = nextPerson([], vocabulary);
    person.consents = withConsent(person, "zorg", "gegeven");
    expect(consentState(person, "zorg")).toBe("gegeven");
    expect(consentState(person, "delen")).toBe("niet-gevraagd");
    expect(person.consents).toHaveLength(2);
  });
});
