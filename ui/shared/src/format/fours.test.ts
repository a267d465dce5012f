import { expect, it } from "vitest";

import { inFours } from "./fours";

it("puts characters in groups of four and loses none", () => {
  expect(inFours("0123456789abcdef")).toBe("0123 4567 89ab cdef");
  expect(inFours("ABCDEFGH1", "-")).toBe("ABCD-EFGH-1");
  expect(inFours("")).toBe("");
});
