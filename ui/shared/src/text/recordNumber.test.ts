import { describe, expect, it } from "vitest";

import { recordNumber } from "./recordNumber";

const OPERATION = "019f0000-0000-7000-8000-00007c1a09e4";
const DEVICE = "019e0000-0000-7000-8000-000011112222";

describe("recordNumber", () => {
  it("is two groups of four, to be read out", () => {
    expect(recordNumber(OPERATION)).toBe("7C1A-09E4");
  });

  it("is the same where the device knows the operation and the office the device too", () => {
    expect(recordNumber(`${DEVICE}.${OPERATION}`)).toBe(recordNumber(OPERATION));
  });
});
