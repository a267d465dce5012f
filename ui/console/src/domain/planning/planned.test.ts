import type { PlannedInspection } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { ApiError } from "../../shared/api";
import { atFields, byTime, fieldsOf, newCode, read, withPlanned, type PlannedFields } from "./planned";

const ZONE = "Europe/Amsterdam";

const typed = (over: Partial<PlannedFields> = {}): PlannedFields => ({
  ...fieldsOf(null, ZONE),
  name: "Hotels aan zee",
  kind: "hotel",
  place: "Hotel De Pier",
  day: "3-12-2026",
  begins: "9:00",
  ends: "13.00",
  ...over,
});

function planned(
  over: Partial<PlannedFields> = {},
  before: PlannedInspection | null = null,
): PlannedInspection {
  const result = read(typed(over), before, before?.code ?? "controle-1", ZONE);
  if ("wrong" in result) throw new Error(JSON.stringify(result.wrong));
  return result.planned;
}

function wrong(over: Partial<PlannedFields>): string[] {
  const result = read(typed(over), null, "controle-1", ZONE);
  return "wrong" in result ? result.wrong.map(({ field, code }) => `${field} ${code}`) : [];
}

describe("what is typed", () => {
  it("is planned by the municipality's clock", () => {
    const { startsAt, endsAt, place } = planned();
    expect([startsAt, endsAt]).toEqual(["2026-12-03T08:00:00.000Z", "2026-12-03T12:00:00.000Z"]);
    expect([place.kind, place.name, place.district]).toEqual(["hotel", "Hotel De Pier", null]);
  });

  it("is told all that is wrong with it at once", () => {
    const nothing = { name: " ", kind: "", place: "", day: "", begins: "", ends: "" };
    expect(wrong(nothing)).toEqual([
      "name required",
      "kind required",
      "place required",
      "day required",
      "begins required",
      "ends required",
    ]);
    expect(wrong({ day: "31-2-2026", begins: "25:00", endDay: "x", ends: "13:00" })).toEqual([
      "day invalid",
      "begins invalid",
      "endDay invalid",
    ]);
    expect(wrong({ ends: "8:59" })).toEqual(["ends out-of-range"]);
  });

  it("may end on another day", () => {
    expect(planned({ begins: "22:00", endDay: "4-12-2026", ends: "2:00" }).endsAt).toBe(
      "2026-12-04T01:00:00.000Z",
    );
  });

  it("leaves what the form does not ask as it was", () => {
    const first = planned();
    const ship = { ...first, place: { ...first.place, imo: "9074729" } };
    const fields = fieldsOf(ship, ZONE);
    expect([fields.day, fields.begins, fields.endDay, fields.ends]).toEqual([
      "03-12-2026",
      "09:00",
      "",
      "13:00",
    ]);
    expect(planned({ ...fields, name: "Anders" }, ship).place.imo).toBe("9074729");
    for (const other of [{ place: "Ander schip" }, { berth: "Kade 9" }, { address: "Dokweg 1" }])
      expect(planned({ ...fields, ...other }, ship).place.imo).toBe("");
  });
});

describe("the list", () => {
  it("has one of each code", () => {
    const [one, two] = [planned(), { ...planned(), code: "controle-2" }];
    const codes = Array.from({ length: 100 }, newCode);
    expect(new Set(codes).size).toBe(100);
    for (const code of codes) expect(code).toMatch(/^controle-[0-9a-f]{12}$/);
    expect(withPlanned([one, two], { ...one, name: "Later" }).map(({ name }) => name)).toEqual([
      "Hotels aan zee",
      "Later",
    ]);
  });

  it("shows the soonest first and those that are over apart", () => {
    const at = (code: string, startsAt: string) => ({ ...planned(), code, startsAt, endsAt: startsAt });
    const inspections = [
      at("c", "2026-12-05T08:00:00Z"),
      at("a", "2026-11-01T08:00:00Z"),
      at("b", "2026-12-04T08:00:00Z"),
    ];
    const { coming, over } = byTime({ version: 1, inspections }, new Date("2026-12-01T08:00:00Z"));
    expect([coming.map(({ code }) => code), over.map(({ code }) => code)]).toEqual([["b", "c"], ["a"]]);
  });

  it("says at its own field what the backend refused", () => {
    const refused = new ApiError(400, "invalid", [
      { field: "inspections[2].place.name", code: "invalid" },
      { field: "inspections[1].name", code: "too-long" },
    ]);
    expect(atFields(refused, 2).fields.map(({ field }) => field)).toEqual(["place", "inspections[1].name"]);
  });
});
