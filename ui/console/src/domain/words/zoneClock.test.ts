import { describe, expect, it } from "vitest";

import { clockAt, instantAt, readTime } from "./zoneClock";

const ZONE = "Europe/Amsterdam";

describe("a time as it is typed", () => {
  it("is read with a colon, a point, a letter u or nothing between", () => {
    expect(["9:00", "9.00", "09u00", "0900", " 9 ", "23:59"].map(readTime)).toEqual([
      "09:00",
      "09:00",
      "09:00",
      "09:00",
      "09:00",
      "23:59",
    ]);
  });

  it("is none where no clock shows it", () => {
    for (const none of ["", "24:00", "9:60", "9:5", "negen", "900000"]) expect(readTime(none)).toBeNull();
  });
});

describe("an instant by the municipality's clock", () => {
  it("is what clocks show there, in winter and in summer", () => {
    expect(instantAt("2026-12-03", "09:00", ZONE)).toBe("2026-12-03T08:00:00.000Z");
    expect(instantAt("2026-07-03", "09:00", ZONE)).toBe("2026-07-03T07:00:00.000Z");
    expect(clockAt("2026-12-03T23:30:00Z", ZONE)).toEqual({ day: "2026-12-04", time: "00:30" });
  });

  it("is the first of two where clocks are put back, and the next there is where an hour is skipped", () => {
    expect(instantAt("2026-10-25", "02:30", ZONE)).toBe("2026-10-25T00:30:00.000Z");
    expect(instantAt("2027-03-28", "02:30", ZONE)).toBe("2027-03-28T01:00:00.000Z");
  });
});
