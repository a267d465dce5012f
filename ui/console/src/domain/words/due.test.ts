import { describe, expect, it } from "vitest";

import { timeLeft } from "./due";

const NOW = new Date("2026-11-24T10:00:00Z");
const at = (instant: string) => timeLeft(instant, NOW);

describe("timeLeft", () => {
  it("rounds down what is left, so that it is never shown as more", () => {
    expect(at("2026-11-24T10:59:59Z")).toEqual({ kind: "left", amount: 59, unit: "minute" });
    expect(at("2026-11-24T11:00:00Z")).toEqual({ kind: "left", amount: 1, unit: "hour" });
    expect(at("2026-11-26T09:59:59Z")).toEqual({ kind: "left", amount: 47, unit: "hour" });
    expect(at("2026-11-26T10:00:00Z")).toEqual({ kind: "left", amount: 2, unit: "day" });
    expect(at("2026-11-29T09:59:59Z")).toEqual({ kind: "left", amount: 4, unit: "day" });
  });

  it("tells what is over from what is left", () => {
    expect(at("2026-11-24T10:00:00Z").kind).toBe("left");
    expect(at("2026-11-24T09:59:00Z")).toEqual({ kind: "over", amount: 1, unit: "minute" });
    expect(at("2026-11-24T08:30:00Z")).toEqual({ kind: "over", amount: 1, unit: "hour" });
    expect(at("2026-11-21T10:00:00Z")).toEqual({ kind: "over", amount: 3, unit: "day" });
  });
});
