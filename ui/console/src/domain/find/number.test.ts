import { expect, it } from "vitest";

import { numberIn } from "./number";

it.each([
  ["BE57-3AE2", { record: "BE57-3AE2" }],
  [" be573ae2 ", { record: "BE57-3AE2" }],
  ["ABCD-EFAB", { record: "ABCD-EFAB" }],
  ["M-2026-031", { report: "M-2026-031" }],
  ["m 2026 31", { report: "M-2026-031" }],
])("takes %j for a number", (typed, number) => {
  expect(numberIn(typed)).toEqual(number);
});

it.each(["", "abcdefab", "BE57-3AE", "BE57 3AE2", "M-26-1", "BE57-3AE2 zeehond", "noordster", "12345678901"])(
  "takes %j for words",
  (typed) => {
    expect(numberIn(typed)).toBeNull();
  },
);
