import { expect, it } from "vitest";

import { lacking, personsOf, type OpenedObservation } from "./consent";

const person = (id: string, ...consents: [string, string][]) => ({
  ...{ id, pseudonym: id.toUpperCase(), role: "", ageBand: "", language: "", needs: "", description: "" },
  consents: consents.map(([purpose, state]) => ({ purpose, state })),
});
const seen = (operation: string, observedAt: string, persons: OpenedObservation["persons"]) => ({
  operation,
  observedAt,
  persons,
});

it("knows each person once, by the id that a device made", () => {
  const persons = personsOf([
    seen("a", "2026-11-24T10:00:00Z", [person("p1"), person("p2")]),
    seen("b", "2026-11-25T10:00:00Z", [person("p1")]),
  ]);
  expect(persons.map(({ key }) => key)).toEqual(["p1", "p2"]);
});

it("keeps those apart of whom a record of the first schemas gives no id", () => {
  const nameless = { pseudonym: "P1", description: "", consents: [] };
  const persons = personsOf([
    seen("a", "2026-11-24T10:00:00Z", [nameless, nameless]),
    seen("b", "2026-11-25T10:00:00Z", [nameless]),
  ]);
  expect(persons).toHaveLength(3);
});

it("takes what was said last, whatever order the observations come in: consent can be taken back", () => {
  const given = seen("a", "2026-11-24T10:00:00Z", [person("p1", ["zorg", "gegeven"])]);
  const refused = seen("b", "2026-11-25T10:00:00Z", [person("p1", ["zorg", "geweigerd"])]);
  for (const order of [
    [given, refused],
    [refused, given],
  ]) {
    expect(lacking("consent-care", personsOf(order))).toHaveLength(1);
  }
  const unasked = seen("c", "2026-11-26T10:00:00Z", [person("p1", ["zorg", "niet-gevraagd"])]);
  expect(lacking("consent-care", personsOf([given, unasked]))).toEqual([]);
});

it("asks for the very consent that a ground names, of everybody who was chosen", () => {
  const persons = personsOf([
    seen("a", "2026-11-24T10:00:00Z", [
      person("p1", ["zorg", "gegeven"], ["delen", "geweigerd"]),
      person("p2", ["registratie-comensha", "gegeven"]),
    ]),
  ]);
  const names = (ground: Parameters<typeof lacking>[0]) => lacking(ground, persons).map(({ key }) => key);
  expect(names("consent-care")).toEqual(["p2"]);
  expect(names("consent-registration")).toEqual(["p1"]);
  expect(names("consent-sharing")).toEqual(["p1", "p2"]);
  expect(names("danger")).toEqual([]);
});
