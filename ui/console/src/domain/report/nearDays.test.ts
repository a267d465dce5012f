import { expect, it } from "vitest";

import { dayAhead } from "./nearDays";

it("counts days as the municipality does, over the end of a month and a change of the hour", () => {
  const late = new Date("2026-11-30T23:30:00Z");
  expect([0, 1, 7].map((ahead) => dayAhead(late, ahead, "Europe/Amsterdam"))).toEqual([
    "2026-12-01",
    "2026-12-02",
    "2026-12-08",
  ]);
  expect(dayAhead(late, 0, "America/Curacao")).toBe("2026-11-30");
  expect(dayAhead(new Date("2026-10-24T22:30:00Z"), 1, "Europe/Amsterdam")).toBe("2026-10-26");
});
