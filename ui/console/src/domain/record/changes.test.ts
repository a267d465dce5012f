import type { ObservationSummary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { changedFields, wasLowered } from "./changes";

const said = (change: Partial<ObservationSummary> = {}) =>
  ({
    urgency: "acuut",
    strictestUrgency: "acuut",
    forms: ["arbeid"],
    district: null,
    receivedAt: "2026-11-24T10:00:00Z",
    ...change,
  }) as unknown as ObservationSummary;

describe("changedFields", () => {
  it("names what is said otherwise, and nothing of when it came in", () => {
    const after = said({
      urgency: "informatief",
      forms: ["arbeid", "seksueel"],
      receivedAt: "2026-11-25T10:00:00Z",
    });
    expect(changedFields(said(), after)).toEqual(["urgency", "forms"]);
    expect(changedFields(said(), said())).toEqual([]);
  });
});

describe("wasLowered", () => {
  it("tells a record that its device calls less urgent than it once did", () => {
    expect(wasLowered(said({ urgency: "informatief" }))).toBe(true);
    expect(wasLowered(said())).toBe(false);
    expect(wasLowered(said({ action: "retract", urgency: "informatief" }))).toBe(false);
  });
});
