import { expect, it } from "vitest";

import { duration, lengthOf } from "./duration";

const HOUR = 3_600;
const DAY = 24 * HOUR;

it.each([
  [0, "1 minuut", "1 minute"],
  [20, "1 minuut", "1 minute"],
  [-600, "10 minuten", "10 minutes"],
  [1.9 * HOUR, "114 minuten", "114 minutes"],
  [2 * HOUR, "2 uur", "2 hours"],
  [47 * HOUR, "47 uur", "47 hours"],
  [3 * DAY, "3 dagen", "3 days"],
  [304 * DAY, "10 maanden", "10 months"],
  [800 * DAY, "2 jaar", "2 years"],
  [56 * 365.25 * DAY, "56 jaar", "56 years"],
])("says of %d seconds that it is %s, %s", (seconds, dutch, english) => {
  expect([duration(seconds, "nl"), duration(seconds, "en")]).toEqual([dutch, english]);
});

it("says one of a unit as one", () => {
  expect([lengthOf(1, "hour", "nl"), lengthOf(1, "day", "nl"), lengthOf(1, "day", "en")]).toEqual([
    "1 uur",
    "1 dag",
    "1 day",
  ]);
});
