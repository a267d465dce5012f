import { expect, it } from "vitest";

import { clockLength } from "./clockLength";

it.each([
  [0, "0:00"],
  [0.9, "0:00"],
  [9.2, "0:09"],
  [60, "1:00"],
  [300, "5:00"],
  [-1, "0:00"],
])("shows %d seconds as %s", (seconds, shown) => {
  expect(clockLength(seconds)).toBe(shown);
});
