/** Whether the page shows the inspection that the evidence is of. */
import type { InspectionDetail } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import type { EvidenceCode } from "./evidence";
import { evidence, failures, OPERATION, page, pageOf, SHOWN } from "./evidenceInMemory";

const INSPECTION = {
  ...OPERATION,
  entity: "i1",
  open: {
    kind: "inspection",
    placeKind: "zeeschip",
    district: "WK045301",
    organisations: ["politie", "nla"],
    ground: "toestemming",
  },
  attachments: [],
};
const SHOWN_INSPECTION = {
  inspection: "d1.i1",
  operation: "d1.o1",
  device: "d1",
  startedAt: INSPECTION.observedAt,
  receivedAt: SHOWN.proof.receivedAt,
  placeKind: "zeeschip",
  district: "WK045301",
  organisations: ["politie", "nla"],
  ground: "toestemming",
  sealed: INSPECTION.sealed,
  proof: SHOWN.proof,
  observations: [],
} as unknown as InspectionDetail;

describe("the inspection on screen", () => {
  const inspection = () => evidence({ operation: () => INSPECTION });

  it("is proven as an observation is", async () => {
    const given = await inspection();
    expect(await failures(given, await pageOf(SHOWN_INSPECTION, given))).toEqual([]);
  });

  it.each<[string, object]>([
    ["another operation", { operation: "o2" }],
    ["another inspection", { entity: "i2" }],
    ["another device", { device: "d2" }],
    ["another moment of signing", { finalisedAt: "2026-11-23T10:00:01Z" }],
    ["another start", { observedAt: "2026-11-23T09:00:01Z" }],
    ["an organisation less", { open: { ...INSPECTION.open, organisations: ["politie"] } }],
    ["another ground", { open: { ...INSPECTION.open, ground: "awbi-machtiging" } }],
    ["another kind of place", { open: { ...INSPECTION.open, placeKind: "woning" } }],
    ["no district", { open: { ...INSPECTION.open, district: null } }],
    ["the open part of another kind", { open: { ...INSPECTION.open, kind: "observation" } }],
    ["another sealed part", { sealed: { ...INSPECTION.sealed, sha256: "00".repeat(32) } }],
    ["a photo that the page does not show", { attachments: OPERATION.attachments }],
    [
      "an inspection it belongs to that the page does not show",
      { inspection: { device: "d1", entity: "i9" } },
    ],
  ])("is not proven by a signed record with %s", async (_name, difference) => {
    const given = await evidence({ operation: () => ({ ...INSPECTION, ...difference }) });
    const shown = await pageOf(SHOWN_INSPECTION, given);
    expect(await failures(given, shown)).toContain("operation-is-shown");
  });

  it("is not proven by honest evidence of an observation, nor the other way round", async () => {
    const observation = await evidence();
    expect(await failures(observation, await pageOf(SHOWN_INSPECTION, observation))).toEqual([
      "operation-is-shown",
    ]);
    const given = await inspection();
    expect(await failures(given, await page(given))).toEqual(["attachment-receipts", "operation-is-shown"]);
  });

  it.each<[string, EvidenceCode, (shown: InspectionDetail) => void]>([
    ["another hash", "operation-is-shown", (s) => (s.proof.operationHash = "55".repeat(32))],
    ["another signer", "operation-is-shown", (s) => (s.proof.signedBy.device = "d2")],
    ["other recipients", "operation-is-shown", (s) => (s.sealed = { ...s.sealed, recipients: ["zorg"] })],
    ["another receipt number", "receipt-names-batch", (s) => (s.proof.receiptNumber = 6)],
    ["another moment received", "receipt-names-batch", (s) => (s.receivedAt = "2026-11-24T10:06:00Z")],
  ])("is not proven where the page shows %s", async (_name, code, change) => {
    const given = await inspection();
    expect(await failures(given, await pageOf(SHOWN_INSPECTION, given, change))).toEqual([code]);
  });
});
