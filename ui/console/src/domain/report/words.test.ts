import type { ReportStepSummary } from "@baken/bindings";
import { beforeAll, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { stepText } from "./words";

const step = (more: Partial<ReportStepSummary>): ReportStepSummary => ({
  ...{ place: 1, work: null, hasText: false, state: null, reason: null, doubles: null, assignedTo: null },
  ...{ by: "iris", at: "2026-11-24T10:00:00Z" },
  ...more,
});

beforeAll(() => {
  overwriteGetLocale(() => "nl");
});

it("says of each step where it led and why, or whose it became", () => {
  expect(stepText(step({ state: "concrete", reason: "statement" }))).toBe("Concreet: er is een verklaring");
  expect(stepText(step({ state: "duplicate", reason: "same-event", doubles: "M-2026-031" }))).toContain(
    "M-2026-031",
  );
  expect(stepText(step({ assignedTo: "sam" }))).toBe("Toegewezen aan sam");
  expect(stepText(step({}))).toBe("Van niemand meer");
});
