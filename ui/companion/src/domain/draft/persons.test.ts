import type { PersonForm } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import {
  briefly,
  consentAnswer,
  consentState,
  everybody,
  newlySpokenOf,
  nextPerson,
  restNotAsked,
  spokenOf,
  withConsent,
} from "./persons";

const person = (number: number, part: Partial<PersonForm> = {}): PersonForm => ({
  ...nextPerson([], `id-${number}`),
  pseudonym: `P${number}`,
  ...part,
});

describe("nextPerson", () => {
  it("starts at P1 with nothing asked and an id of its own", () => {
    expect(nextPerson([], "a")).toMatchObject({ id: "a", pseudonym: "P1", description: "", consents: [] });
  });

  it("numbers on after the highest", () => {
    expect(nextPerson([person(3)], "b").pseudonym).toBe("P4");
  });
});

describe("persons of an inspection", () => {
  it("have a chip each, once, as this observation has them", () => {
    const here = person(1, { description: "kok" });
    expect(everybody([person(1), person(2)], [here]).map(({ pseudonym }) => pseudonym)).toEqual(["P2", "P1"]);
    expect(everybody([person(1), person(2)], [here])).toContainEqual(here);
  });

  it("are chosen by writing their number, once, and only where they are known", () => {
    const known = [person(1), person(2)];
    const chosen = (before: string, after: string, already: PersonForm[] = []) =>
      newlySpokenOf(before, after, known, already).map(({ pseudonym }) => pseudonym);
    expect(chosen("", "P1 is bang")).toEqual(["P1"]);
    expect(chosen("P", "p2")).toEqual(["P2"]);
    expect(chosen("P1 is", "P1 is bang"), "taken off, it stays off").toEqual([]);
    expect(chosen("", "P1", [person(1)])).toEqual([]);
    expect(chosen("", "P3 en P12")).toEqual([]);
  });

  it("are not found inside other words", () => {
    expect([...spokenOf("MP3-speler, kaart1, XP1, P1a")]).toEqual([]);
    expect([...spokenOf("(P1) en P02.")]).toEqual(["P1", "P2"]);
  });

  it("are recognised by few words", () => {
    expect(briefly(person(1, { description: "hut 12, spreekt Engels" }))).toBe("hut 12");
    expect(briefly(person(1, { role: "kok" }))).toBe("kok");
    expect(briefly(person(1, { description: "man van rond de twintig" })).length).toBeLessThanOrEqual(14);
  });
});

describe("consent", () => {
  it("is kept per purpose, and what was not answered was not asked", () => {
    const one = nextPerson([], "a");
    expect(consentAnswer(one, "zorg")).toBeNull();
    one.consents = withConsent(one, "zorg", "gegeven");
    expect(consentState(one, "zorg")).toBe("gegeven");
    expect(consentState(one, "delen")).toBe("niet-gevraagd");
  });

  it("is set to not asked at once, but for what was answered", () => {
    const one = person(1, { consents: [{ purpose: "zorg", state: "gegeven" }] });
    one.consents = restNotAsked(one, [{ code: "zorg" }, { code: "delen" }]);
    expect([consentAnswer(one, "zorg"), consentAnswer(one, "delen")]).toEqual(["gegeven", "niet-gevraagd"]);
  });
});
