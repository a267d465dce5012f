import { describe, expect, it } from "vitest";

import good from "../../../../../tests/vectors/v1-good.json";
import records from "../../../../../tests/vectors/v1-records-good.json";
import {
  attachmentReceipt,
  batch,
  certificate,
  enrolment,
  keyDirectory,
  operation,
  receipt,
  receiptKeysNamed,
  said,
} from "./signedMessages";

describe("said", () => {
  it.each([
    ["a key directory", keyDirectory, good.keydir],
    ["a key directory with a closed key", keyDirectory, records.keydirClosedKey],
    ["the receipt keys of a directory", receiptKeysNamed, good.keydir],
    ["an enrolment", enrolment, good.enrol],
    ["a device certificate", certificate, records.deviceCertificate],
    ["an observation", operation, good.operation],
    ["an observation of an inspection", operation, records.observation],
    ["an inspection", operation, records.inspection],
    ["a batch", batch, good.batch],
    ["a receipt", receipt, good.receipt],
    ["a receipt that lacks a photo", receipt, records.receiptMissingAttachment],
    ["a receipt of what was set apart", receipt, records.receiptQuarantined],
    ["an attachment receipt", attachmentReceipt, records.attachmentReceipt],
  ])("reads %s of the frozen vectors", (_name, schema, { dsse }) => {
    expect(said(schema, dsse)).not.toBeNull();
  });

  it("says nothing of another kind of message, nor of what is no JSON", () => {
    expect(said(receipt, good.batch.dsse)).toBeNull();
    expect(said(receipt, { ...good.receipt.dsse, payload: btoa("geen JSON") })).toBeNull();
    expect(said(receipt, { ...good.receipt.dsse, payload: "%" })).toBeNull();
  });
});
