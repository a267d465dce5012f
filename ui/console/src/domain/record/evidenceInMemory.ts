/** For the tests: honest evidence of one record, signed here, and the page that shows it; any part can be changed. */
import type { DsseEnvelope, Evidence, ObservationDetail } from "@baken/bindings";
import { expect } from "vitest";

import { sha256 } from "../message/bytes";
import { pae } from "../message/dsse";
import { checkEvidence, type EvidenceCode, type ShownRecord } from "./evidence";

type Signer = { privateKey: CryptoKey; publicKey: string; keyid: string };
type Messages = Record<
  "keydir" | "enrolment" | "certificate" | "batch" | "operation" | "receipt" | "attachmentReceipt",
  object
>;

export const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const utf8 = (json: object) => new TextEncoder().encode(JSON.stringify(json));

export async function newSigner(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { privateKey: pair.privateKey, publicKey: base64(raw), keyid: await sha256(raw) };
}

export const sign = (name: string, payload: object, signer: Signer): Promise<DsseEnvelope> =>
  signText(name, JSON.stringify(payload), signer);

export async function signText(name: string, text: string, signer: Signer): Promise<DsseEnvelope> {
  const payloadType = `application/vnd.baken.${name}.v1+json`;
  const body = new TextEncoder().encode(text);
  const signature = await crypto.subtle.sign({ name: "Ed25519" }, signer.privateKey, pae(payloadType, body));
  return {
    payloadType,
    payload: base64(body),
    signatures: [{ keyid: signer.keyid, sig: base64(new Uint8Array(signature)) }],
  };
}

export const hashOf = (name: string, payload: object) =>
  sha256(pae(`application/vnd.baken.${name}.v1+json`, utf8(payload)));

export const [device, receiptKey, root] = await Promise.all([newSigner(), newSigner(), newSigner()]);

export const OPERATION = {
  tenant: "GM0453",
  device: "d1",
  operation: "o1",
  entity: "e1",
  inspection: null,
  finalisedAt: "2026-11-23T10:00:00Z",
  observedAt: "2026-11-23T09:00:00Z",
  open: {
    kind: "observation",
    placeKind: "zeeschip",
    district: null,
    forms: ["arbeid"],
    indicators: ["D1", "V1"],
    basis: "waarneming",
    urgency: "spoed",
    actions: ["geen"],
    level: "team",
    personCount: 1,
    attachmentCount: 1,
  },
  sealed: { sha256: "ab".repeat(32), recipients: ["team", "recovery"], epoch: 1 },
  attachments: [{ sha256: "cd".repeat(32), sizeBytes: 9, class: "photo" }],
};

/** What the screen shows of that record; only what the check reads. */
export const SHOWN = {
  summary: {
    ...OPERATION.open,
    observation: "d1.e1",
    operation: "d1.o1",
    device: "d1",
    inspection: null,
    finalisedAt: "2026-11-23T10:00:00.000Z",
    observedAt: OPERATION.observedAt,
    receivedAt: "2026-11-24T10:05:00.123Z",
  },
  proof: {
    signedBy: { device: "d1", organisation: "politie" },
    finalisedAt: OPERATION.finalisedAt,
    receivedAt: "2026-11-24T10:05:00.123Z",
    receiptNumber: 7,
    logOrigin: "baken.example/GM0453",
  },
  sealed: OPERATION.sealed,
  attachments: OPERATION.attachments.map((attachment) => ({ ...attachment, complete: true })),
} as unknown as ObservationDetail;

/** Honest messages around one record; `change` gets hold of each before anything is hashed or signed. */
export async function evidence(
  change: Partial<{ [Name in keyof Messages]: (message: object) => object }> = {},
): Promise<Evidence> {
  const changed = (name: keyof Messages, message: object) => change[name]?.(message) ?? message;
  const operation = changed("operation", OPERATION);
  const batch = changed("batch", {
    tenant: "GM0453",
    device: "d1",
    chain: "c1",
    seq: 3,
    operations: [
      { operation: "o0", sha256: "00".repeat(32) },
      { operation: "o1", sha256: await hashOf("operation", operation) },
    ],
  });
  const receipt = changed("receipt", {
    tenant: "GM0453",
    device: "d1",
    deviceKey: device.publicKey,
    chain: "c1",
    seq: 3,
    batchHash: await hashOf("batch", batch),
    leafIndex: 6,
    logOrigin: "baken.example/GM0453",
    receivedAt: "2026-11-24T10:05:00.123456Z",
  });
  const enrolment = changed("enrolment", { tenant: "GM0453", publicKey: device.publicKey, chain: "c1" });
  const certificate = changed("certificate", {
    tenant: "GM0453",
    device: "d1",
    publicKey: device.publicKey,
    organisation: "politie",
    enrolment: await hashOf("enrol", enrolment),
    enrolledAt: "2026-11-20T10:00:00Z",
  });
  const attachmentReceipt = changed("attachmentReceipt", {
    tenant: "GM0453",
    device: "d1",
    operation: "o1",
    sha256: "cd".repeat(32),
    sizeBytes: 9,
    receivedAt: "2026-11-24T10:04:59Z",
  });
  const attached = (operation as { attachments?: unknown[] }).attachments ?? [];
  const keydir = changed("keydir", {
    tenant: "GM0453",
    epoch: 1,
    rootKey: root.publicKey,
    receiptKeys: [receiptKey.publicKey],
  });
  return {
    operation: await sign("operation", operation, device),
    batch: await sign("batch", batch, device),
    receipt: await sign("receipt", receipt, receiptKey),
    enrolment: await sign("enrol", enrolment, device),
    certificate: await sign("device-certificate", certificate, receiptKey),
    attachmentReceipts:
      attached.length > 0 ? [await sign("attachment-receipt", attachmentReceipt, receiptKey)] : [],
    keyDirectories: [await sign("keydir", keydir, root)],
    devicePublicKey: device.publicKey,
    rootPublicKey: root.publicKey,
  };
}

/** The page around these messages, with their hashes on it. */
export const page = (given: Evidence, change: (shown: ObservationDetail) => void = () => undefined) =>
  pageOf(SHOWN, given, change);

export async function pageOf<Shown extends ShownRecord>(
  record: Shown,
  given: Evidence,
  change: (shown: Shown) => void = () => undefined,
): Promise<Shown> {
  const digest = (envelope: DsseEnvelope) =>
    sha256(
      pae(
        envelope.payloadType,
        Uint8Array.from(atob(envelope.payload), (char) => char.charCodeAt(0)),
      ),
    );
  const shown = structuredClone(record);
  shown.proof.operationHash = await digest(given.operation);
  shown.proof.batchHash = await digest(given.batch);
  change(shown);
  return shown;
}

export async function failures(given: Evidence, shown?: ShownRecord): Promise<EvidenceCode[]> {
  const result = await checkEvidence(given, shown ?? (await page(given)), "GM0453");
  expect(result.supported).toBe(true);
  expect(result.checks).toHaveLength(13);
  return result.checks.filter((check) => !check.holds).map((check) => check.code);
}
