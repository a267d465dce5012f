import { describe, expect, it } from "vitest";

import { readMoment, shownMoment, turnOf } from "./moments";

const ZONE = "Europe/Amsterdam";
const read = (date: string, time: string) => readMoment({ date, time }, ZONE);

describe("readMoment", () => {
  it.each([
    ["25-11-2026", "14:32", "2026-11-25T13:32:00Z"],
    ["1-7-2026", "01:30", "2026-06-30T23:30:00Z"],
    ["25.11.26", "14.32", "2026-11-25T13:32:00Z"],
    ["25 11 2026", "14u32", "2026-11-25T13:32:00Z"],
    ["25112026", "1432", "2026-11-25T13:32:00Z"],
    ["2026-11-25", "14:32 uur", "2026-11-25T13:32:00Z"],
    ["\u202a２５-11-2026\u202c", "9:05", "2026-11-25T08:05:00Z"],
    ["29-2-2028", "00:00", "2028-02-28T23:00:00Z"],
  ])("reads %s %s in the municipality's zone", (date, time, instant) => {
    expect(read(date, time)).toEqual({ kind: "instant", instant });
  });

  it.each([
    ["", "14:32", "date"],
    ["29-2-2026", "14:32", "date"],
    ["25-13-2026", "14:32", "date"],
    ["24-11-0026", "14:32", "date"],
    ["gisteren", "14:32", "date"],
    ["25-11-2026", "", "time"],
    ["25-11-2026", "24:00", "time"],
    ["25-11-2026", "14:60", "time"],
    ["25-11-2026", "half drie", "time"],
  ])("says which part of %s %s it cannot read", (date, time, part) => {
    expect(read(date, time)).toEqual({ kind: "unreadable", part });
  });

  it("knows nothing given from something wrong", () => {
    expect(read(" ", "\u200b")).toEqual({ kind: "empty" });
  });

  it("tells the hour that comes twice from the hours beside it", () => {
    const instants = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];
    expect(read("25-10-2026", "02:30")).toEqual({ kind: "twice", instants });
    expect(read("25-10-2026", "01:59").kind).toBe("instant");
    expect(read("25-10-2026", "03:00").kind).toBe("instant");
  });

  it("shifts nothing to an hour that never comes", () => {
    for (const time of ["02:00", "02:30", "02:59"])
      expect(read("29-3-2026", time)).toEqual({ kind: "never" });
    expect(read("29-3-2026", "03:00")).toEqual({ kind: "instant", instant: "2026-03-29T01:00:00Z" });
  });
});

describe("shownMoment", () => {
  it("reads back as the same instant, all year round", () => {
    for (let hour = 0; hour < 365 * 24; hour += 1) {
      const instant = new Date(Date.UTC(2026, 0, 1, hour, 17)).toISOString().replace(".000", "");
      const shown = shownMoment(instant, ZONE);
      const reading = readMoment(shown, ZONE);
      const found = reading.kind === "twice" ? reading.instants[turnOf(instant, ZONE) ?? 0] : reading;
      expect(typeof found === "string" ? found : "instant" in found && found.instant).toBe(instant);
    }
  });

  it("tells the two times of the hour that comes twice apart", () => {
    expect([turnOf("2026-10-25T00:30:00Z", ZONE), turnOf("2026-10-25T01:30:00Z", ZONE)]).toEqual([0, 1]);
    expect(turnOf("2026-10-25T03:30:00Z", ZONE)).toBeUndefined();
  });
});
