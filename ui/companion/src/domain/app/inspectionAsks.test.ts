import type { InspectionSummary } from "@baken/bindings";
import { expect, it } from "vitest";

import { inspectionAsks } from "./inspectionAsks";

const inspection = { startedAt: "2026-11-25T08:00:00Z" } as InspectionSummary;

it("is asked whether an inspection still runs after eight hours, on another day, and again after that", () => {
  const asks = (now: string, inspectionConfirmedAt: string | null = null) =>
    inspectionAsks({ inspection, inspectionConfirmedAt }, new Date(now));
  expect(asks("2026-11-25T15:59:59Z")).toBe(false);
  expect(asks("2026-11-25T16:00:00Z")).toBe(true);
  expect(asks("2026-11-25T16:00:00Z", "2026-11-25T15:00:00Z")).toBe(false);
  expect(asks("2026-11-25T23:00:00Z", "2026-11-25T22:59:00Z")).toBe(true);
  expect(inspectionAsks({ inspection: null, inspectionConfirmedAt: null }, new Date())).toBe(false);
});
