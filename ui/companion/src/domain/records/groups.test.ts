import type { DraftSummary, InspectionSummary, RecordSummary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { grouped } from "./groups";

const day = (instant: string) => instant.slice(0, 10);
const inspection = (id: string) => ({ inspection: id }) as InspectionSummary;
const record = (operation: string, finalisedAt: string, of: string | null = null) =>
  ({ operation, finalisedAt, kind: "observation", inspection: of, entity: `e${operation}` }) as RecordSummary;
const draft = (id: string, savedAt: string, of: string | null = null) =>
  ({ id, savedAt, inspection: of }) as DraftSummary;
const shape = (...listed: Parameters<typeof grouped>) =>
  grouped(...listed).map(({ key, entries }) => [key, entries.map((entry) => entry.key)]);

describe("the list in parts", () => {
  it("puts what belongs to an inspection under it, with its own record, and the rest under its day", () => {
    const records = [
      record("4", "2026-11-25T14:00", "i"),
      record("3", "2026-11-25T13:30", "i"),
      { ...record("2", "2026-11-25T13:00"), kind: "inspection", entity: "i" } as RecordSummary,
      record("1", "2026-11-24T20:00"),
    ];
    expect(shape({ records, drafts: [], inspections: [inspection("i")] }, day)).toEqual([
      ["i-0", ["record-4", "record-3", "record-2"]],
      ["2026-11-24-0", ["record-1"]],
    ]);
  });

  it("puts a draft on top of what it belongs to, the last saved first, and on top of all where there is nothing", () => {
    const records = [record("1", "2026-11-25T10:00", "i")];
    const drafts = [
      draft("c", "2026-11-26T09:00"),
      draft("b", "2026-11-25T12:00", "i"),
      draft("a", "2026-11-25T11:00", "i"),
    ];
    expect(shape({ records, drafts, inspections: [inspection("i")] }, day)).toEqual([
      ["2026-11-26-0", ["draft-c"]],
      ["i-0", ["draft-b", "draft-a", "record-1"]],
    ]);
  });

  it("keeps the order of the list, also where an inspection comes back, and knows its parts when more come below", () => {
    const records = [
      record("3", "2026-11-25T12:00", "i"),
      record("2", "2026-11-25T11:00"),
      record("1", "2026-11-25T10:00", "i"),
    ];
    const listed = { records, drafts: [], inspections: [inspection("i")] };
    const parts = shape(listed, day);
    expect(parts.map(([key]) => key)).toEqual(["i-0", "2026-11-25-0", "i-1"]);
    const longer = shape({ ...listed, records: [...records, record("0", "2026-11-24T10:00", "i")] }, day);
    expect(longer.map(([key]) => key)).toEqual(["i-0", "2026-11-25-0", "i-1"]);
  });

  it("goes by the day where the inspection is not known on this device", () => {
    expect(
      shape({ records: [record("1", "2026-11-25T10:00", "i")], drafts: [], inspections: [] }, day),
    ).toEqual([["2026-11-25-0", ["record-1"]]]);
  });
});
