import type { DsseEnvelope, Evidence, InspectionDetail, ObservationDetail } from "@baken/bindings";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { sha256 } from "./bytes";
import { checkEvidence, pae, type EvidenceCode, type ShownRecord } from "./evidence";

type Signer = { privateKey: CryptoKey; publicKey: string; keyid: string };
type Messages = Record<
  "keydir" | "enrolment" | "certificate" | "batch" | "operation" | "receipt" | "attachmentReceipt",
  object
>;

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const utf8 = (json: object) => new TextEncoder().encode(JSON.stringify(json));

async function newSigner(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { privateKey: pair.privateKey, publicKey: base64(raw), keyid: await sha256(raw) };
}

async function sign(name: string, payload: object, signer: Signer): Promise<DsseEnvelope> {
  const payloadType = `application/vnd.baken.${name}.v1+json`;
  const body = utf8(payload);
  const signature = await crypto.subtle.sign({ name: "Ed25519" }, signer.privateKey, pae(payloadType, body));
  return {
    payloadType,
    payload: base64(body),
    signatures: [{ keyid: signer.keyid, sig: base64(new Uint8Array(signature)) }],
  };
}

const hashOf = (name: string, payload: object) =>
  sha256(pae(`application/vnd.baken.${name}.v1+json`, utf8(payload)));

let device: Signer;
let receiptKey: Signer;
let root: Signer;
beforeAll(async () => {
  [device, receiptKey, root] = await Promise.all([newSigner(), newSigner(), newSigner()]);
});

const OPERATION = {
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
const SHOWN = {
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
async function evidence(
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
    receiptKeys: [{ key: receiptKey.publicKey, closed: null }],
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
const page = (given: Evidence, change: (shown: ObservationDetail) => void = () => undefined) =>
  pageOf(SHOWN, given, change);

async function pageOf<Shown extends ShownRecord>(
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

async function failures(given: Evidence, shown?: ShownRecord): Promise<EvidenceCode[]> {
  const result = await checkEvidence(given, shown ?? (await page(given)), "GM0453");
  expect(result.supported).toBe(true);
  expect(result.checks).toHaveLength(13);
  return result.checks.filter((check) => !check.holds).map((check) => check.code);
}

const ENVELOPES = [
  ["certificate", "certificate-signature"],
  ["enrolment", "enrolment-signature"],
  ["batch", "batch-signature"],
  ["operation", "operation-signature"],
  ["receipt", "receipt-signature"],
] as const;

/** The receipt key as one that was closed. */
const closed = (end: { at: string; lastLeaf: number }) => ({ key: receiptKey.publicKey, closed: end });

/** One bit of base64 turned over. */
function flipped(text: string, place = 0): string {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return base64(bytes);
}

describe("checkEvidence", () => {
  it("finds that everything holds, and names the root key's fingerprint", async () => {
    const given = await evidence();
    expect(await failures(given)).toEqual([]);
    expect((await checkEvidence(given, await page(given), "GM0453")).rootFingerprint).toBe(root.keyid);
  });

  describe.each(ENVELOPES)("%s", (name, code) => {
    it("fails with a flipped signature", async () => {
      const given = await evidence();
      const [signature] = given[name].signatures;
      if (!signature) throw new Error("no signature");
      given[name] = { ...given[name], signatures: [{ ...signature, sig: flipped(signature.sig) }] };
      expect(await failures(given)).toEqual([code]);
    });

    it("fails with a flipped payload", async () => {
      const given = await evidence();
      given[name] = { ...given[name], payload: flipped(given[name].payload, 5) };
      expect(await failures(given)).toContain(code);
    });

    it("fails when somebody else signed it", async () => {
      const given = await evidence();
      const stranger = await newSigner();
      const { payload, payloadType } = given[name];
      const short = payloadType.replace("application/vnd.baken.", "").replace(".v1+json", "");
      given[name] = await sign(short, JSON.parse(atob(payload)) as object, stranger);
      expect(await failures(given)).toContain(code);
    });

    it("fails when it is signed as another kind of message", async () => {
      const given = await evidence();
      const signer = {
        certificate: receiptKey,
        receipt: receiptKey,
        enrolment: device,
        batch: device,
        operation: device,
      };
      given[name] = await sign("other", JSON.parse(atob(given[name].payload)) as object, signer[name]);
      expect(await failures(given)).toContain(code);
    });

    it("fails without a signature, and with two", async () => {
      const given = await evidence();
      const honest = given[name];
      given[name] = { ...honest, signatures: [] };
      expect(await failures(given)).toContain(code);
      given[name] = { ...honest, signatures: [...honest.signatures, ...honest.signatures] };
      expect(await failures(given)).toEqual([code]);
    });

    it("fails, and breaks nothing, when it is no JSON", async () => {
      const given = await evidence();
      given[name] = { ...given[name], payload: base64(new TextEncoder().encode("geen JSON")) };
      expect(await failures(given)).toContain(code);
    });
  });

  it.each<[string, EvidenceCode, Parameters<typeof evidence>[0]]>([
    [
      "a key directory with another root key",
      "keydir-names-keys",
      { keydir: (m) => ({ ...m, rootKey: "AAAA" }) },
    ],
    [
      "a key directory of another epoch than the record was sealed under",
      "keydir-names-keys",
      { keydir: (m) => ({ ...m, epoch: 2 }) },
    ],
    [
      "a receipt signed after its key was closed",
      "keydir-names-keys",
      { keydir: (m) => ({ ...m, receiptKeys: [closed({ at: "2026-11-24T10:05:00Z", lastLeaf: 6 })] }) },
    ],
    [
      "a receipt with a number its key never had",
      "keydir-names-keys",
      { keydir: (m) => ({ ...m, receiptKeys: [closed({ at: "2026-12-01T10:00:00Z", lastLeaf: 5 })] }) },
    ],
    [
      "a certificate of another key",
      "certificate-names-device",
      { certificate: (m) => ({ ...m, publicKey: "AAAA" }) },
    ],
    [
      "a certificate of another organisation",
      "certificate-names-device",
      { certificate: (m) => ({ ...m, organisation: "nla" }) },
    ],
    [
      "a certificate for another enrolment",
      "certificate-names-device",
      { certificate: (m) => ({ ...m, enrolment: "33".repeat(32) }) },
    ],
    [
      "a receipt for another signer",
      "receipt-names-batch",
      { receipt: (m) => ({ ...m, deviceKey: "AAAA" }) },
    ],
    [
      "a photo's receipt for another record",
      "attachment-receipts",
      { attachmentReceipt: (m) => ({ ...m, operation: "o2" }) },
    ],
    [
      "a photo's receipt of another size",
      "attachment-receipts",
      { attachmentReceipt: (m) => ({ ...m, sizeBytes: 10 }) },
    ],
    [
      "an enrolment of another key",
      "enrolment-names-device",
      { enrolment: (m) => ({ ...m, publicKey: "AAAA" }) },
    ],
    ["a batch that lists nothing", "batch-lists-operation", { batch: (m) => ({ ...m, operations: [] }) }],
    [
      "a batch that lists other bytes under this id",
      "batch-lists-operation",
      { batch: (m) => ({ ...m, operations: [{ operation: "o1", sha256: "11".repeat(32) }] }) },
    ],
    [
      "a receipt for another batch",
      "receipt-names-batch",
      { receipt: (m) => ({ ...m, batchHash: "22".repeat(32) }) },
    ],
    [
      "a receipt for another place in the chain",
      "receipt-names-batch",
      { receipt: (m) => ({ ...m, seq: 4 }) },
    ],
    ["a receipt for another chain", "receipt-names-batch", { receipt: (m) => ({ ...m, chain: "c2" }) }],
  ])("does not take %s", async (_name, code, change) => {
    expect(await failures(await evidence(change))).toEqual([code]);
  });

  it("does not take a batch of another device", async () => {
    const given = await evidence({ batch: (message) => ({ ...message, device: "d2" }) });
    expect(await failures(given)).toEqual(["batch-lists-operation", "receipt-names-batch"]);
  });

  it("does not take a key directory that somebody else signed", async () => {
    const given = await evidence();
    const [keydir] = given.keyDirectories;
    if (!keydir) throw new Error("no directory");
    given.keyDirectories = [
      await sign("keydir", JSON.parse(atob(keydir.payload)) as object, await newSigner()),
    ];
    expect(await failures(given)).toEqual(["keydir-signature"]);
    given.keyDirectories = [];
    expect(await failures(given)).toContain("keydir-signature");
  });

  it("does not call a photo held that has no receipt", async () => {
    const given = { ...(await evidence()), attachmentReceipts: [] };
    expect(await failures(given)).toEqual(["attachment-receipts"]);
    const waiting = await page(given, (shown) => {
      shown.attachments = shown.attachments.map((attachment) => ({ ...attachment, complete: false }));
    });
    expect(await failures(given, waiting)).toEqual([]);
  });

  it("does not take a batch that lists these bytes under another id", async () => {
    const listed = [{ operation: "o2", sha256: await hashOf("operation", OPERATION) }];
    const given = await evidence({ batch: (message) => ({ ...message, operations: listed }) });
    expect(await failures(given)).toEqual(["batch-lists-operation"]);
  });
});

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

describe("checkEvidence without Ed25519", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("says plainly that this browser cannot check, and claims nothing", async () => {
    const given = await evidence();
    vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new DOMException("", "NotSupportedError"));
    const result = await checkEvidence(given, SHOWN, "GM0453");
    expect(result).toEqual({ supported: false, checks: [], rootFingerprint: root.keyid });
  });
});
