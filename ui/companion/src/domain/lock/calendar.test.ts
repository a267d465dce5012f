import { describe, expect, it } from "vitest";

import { monthOf, monthsLater, weekNumber } from "./calendar";

describe("a month of the calendar", () => {
  it("is six weeks from Monday with their numbers, and says which days are of the month", () => {
    const weeks = monthOf("2026-11-25");
    expect(weeks.map(({ number }) => number)).toEqual([44, 45, 46, 47, 48, 49]);
    expect(weeks[0]?.days.map(({ number }) => number)).toEqual([26, 27, 28, 29, 30, 31, 1]);
    expect(weeks.flatMap(({ days }) => days).filter(({ inMonth }) => inMonth)).toHaveLength(30);
    expect(monthOf("2027-02-01")[0]?.days[0]?.date).toBe("2027-02-01");
  });

  it("numbers the weeks round New Year as the calendar does", () => {
    expect(weekNumber("2026-12-28")).toBe(53);
    expect(weekNumber("2027-01-03")).toBe(53);
    expect(weekNumber("2027-01-04")).toBe(1);
    expect(weekNumber("2024-12-30")).toBe(1);
  });

  it("turns the page over a year", () => {
    expect(monthsLater("2026-12-25", 1)).toBe("2027-01-01");
    expect(monthsLater("2026-01-31", -1)).toBe("2025-12-01");
  });
});
