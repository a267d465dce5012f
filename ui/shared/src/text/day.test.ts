import { describe, expect, it } from "vitest";

import { readDay, typedDay } from "./day";

describe("a typed day", () => {
  it.each([
    ["25-11-2026", "2026-11-25"],
    ["1-7-2026", "2026-07-01"],
    ["25.11.26", "2026-11-25"],
    ["25 / 11 / 2026", "2026-11-25"],
    ["25112026", "2026-11-25"],
    ["2026-11-25", "2026-11-25"],
    ["\u202a２５-11-2026\u202c", "2026-11-25"],
    ["29-2-2028", "2028-02-29"],
  ])("%s is %s", (text, day) => {
    expect(readDay(text)).toBe(day);
  });

  it.each([
    "",
    "29-2-2026",
    "25-13-2026",
    "31-4-2026",
    "0-1-2026",
    "24-11-0026",
    "gisteren",
    "11/25/2026",
    "25-11",
  ])("%s is none", (text) => {
    expect(readDay(text)).toBeNull();
  });

  it("is shown as it is typed", () => {
    expect(typedDay("2026-11-25")).toBe("25-11-2026");
    expect(readDay(typedDay("1999-01-02"))).toBe("1999-01-02");
    expect([typedDay(""), typedDay("morgen")]).toEqual(["", "morgen"]);
  });
});
