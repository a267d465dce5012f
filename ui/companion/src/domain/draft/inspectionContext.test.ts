import type { Home, RecordDetail, RecordSummary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { inspectionContext } from "./inspectionContext";

const place = { kind: "vissersschip", name: "Noordster" };

function device(open: string | null) {
  const inspection = open && {
    inspection: open,
    placeKind: place.kind,
    placeName: place.name,
    ground: "sectorwet",
  };
  return {
    home: () => Promise.resolve({ inspection } as Home),
    records: () => Promise.resolve([{ operation: "o", entity: "i", kind: "inspection" } as RecordSummary]),
    record: () =>
      Promise.resolve({ form: { kind: "inspection", place, ground: "awb-5-15" } } as unknown as RecordDetail),
  };
}

describe("inspectionContext", () => {
  it("takes the inspection that is open", async () => {
    expect(await inspectionContext(device("i"), "i")).toEqual({ ...place, ground: "sectorwet" });
  });

  it("finds a closed inspection among the records", async () => {
    expect(await inspectionContext(device(null), "i")).toEqual({ ...place, ground: "awb-5-15" });
  });

  it("knows nothing of an inspection that is no longer on this device", async () => {
    expect(await inspectionContext(device(null), "other")).toBeNull();
  });
});
