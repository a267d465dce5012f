import type { InspectionSummary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { inspectionContext } from "./inspectionContext";

const device = {
  inspection: (inspection: string) =>
    Promise.resolve(
      inspection === "i"
        ? ({ placeKind: "vissersschip", placeName: "Noordster", ground: "awb-5-15" } as InspectionSummary)
        : null,
    ),
};

describe("inspectionContext", () => {
  it("takes an inspection of this device, open or closed", async () => {
    const context = { kind: "vissersschip", name: "Noordster", ground: "awb-5-15" };
    expect(await inspectionContext(device, "i")).toEqual(context);
  });

  it("knows nothing of an inspection that is no longer on this device", async () => {
    expect(await inspectionContext(device, "other")).toBeNull();
  });
});
