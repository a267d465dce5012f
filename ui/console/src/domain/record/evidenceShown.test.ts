/** Whether the page shows the observation that the evidence is of. */
import type { ObservationDetail } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { checkEvidence, type EvidenceCode } from "./evidence";
import { evidence, failures, OPERATION, page } from "./evidenceInMemory";

describe("the record on screen", () => {
  const [photo] = OPERATION.attachments;
  it.each<[string, object]>([
    ["another operation", { operation: "o2" }],
    ["another observation", { entity: "e2" }],
    ["another device", { device: "d2" }],
    ["another inspection", { inspection: { device: "d1", entity: "i1" } }],
    ["another moment of signing", { finalisedAt: "2026-11-23T10:00:01Z" }],
    ["another moment of seeing", { observedAt: "2026-11-23T09:00:01Z" }],
    ["another urgency", { open: { ...OPERATION.open, urgency: "acuut" } }],
    ["an indicator less", { open: { ...OPERATION.open, indicators: ["D1"] } }],
    ["a district", { open: { ...OPERATION.open, district: "WK045301" } }],
    ["the open part of another kind", { open: { ...OPERATION.open, kind: "inspection" } }],
    ["another level", { open: { ...OPERATION.open, level: "zorg" } }],
    ["another sealed part", { sealed: { sha256: "00".repeat(32) } }],
    ["a photo more", { attachments: [photo, photo] }],
  ])("does not take a signed record with %s", async (_name, difference) => {
    const given = await evidence({
      operation: (message) => ({ ...message, ...difference }),
      batch: (message) => message,
    });
    expect(await failures(given)).toContain("operation-is-shown");
  });

  it("does not take honest evidence of another record", async () => {
    const given = await evidence();
    const other = await page(given, (shown) => {
      shown.summary = { ...shown.summary, operation: "d1.o9", observation: "d1.e9" };
    });
    expect(await failures(given, other)).toEqual(["operation-is-shown"]);
  });

  it.each<[string, EvidenceCode, (shown: ObservationDetail) => void]>([
    ["another hash", "operation-is-shown", (s) => (s.proof.operationHash = "55".repeat(32))],
    ["another signer", "operation-is-shown", (s) => (s.proof.signedBy.device = "d2")],
    ["another moment signed", "operation-is-shown", (s) => (s.proof.finalisedAt = "2026-11-22T10:00:00Z")],
    ["other recipients", "operation-is-shown", (s) => (s.sealed = { ...s.sealed, recipients: ["team"] })],
    ["another batch", "receipt-names-batch", (s) => (s.proof.batchHash = "77".repeat(32))],
    ["another receipt number", "receipt-names-batch", (s) => (s.proof.receiptNumber = 6)],
    ["another log", "receipt-names-batch", (s) => (s.proof.logOrigin = "elders")],
    ["another moment received", "receipt-names-batch", (s) => (s.proof.receivedAt = "2026-11-24T10:06:00Z")],
    [
      "another moment received in the list",
      "receipt-names-batch",
      (s) => (s.summary.receivedAt = "2026-11-24T10:06:00Z"),
    ],
  ])("does not take a page that shows %s", async (_name, code, change) => {
    const given = await evidence();
    expect(await failures(given, await page(given, change))).toEqual([code]);
  });

  it("does not take the record of another municipality", async () => {
    const given = await evidence();
    const result = await checkEvidence(given, await page(given), "GM0000");
    expect(result.checks.filter((check) => !check.holds).map((check) => check.code)).toEqual([
      "keydir-names-keys",
      "certificate-names-device",
      "operation-is-shown",
      "receipt-names-batch",
    ]);
  });

  it("does not take a malformed device key for a browser that is too old", async () => {
    const given = { ...(await evidence()), devicePublicKey: "AAAA" };
    const result = await checkEvidence(given, await page(given), "GM0453");
    expect(result.supported).toBe(true);
    expect(result.checks.find((check) => check.code === "operation-signature")?.holds).toBe(false);
  });
});
