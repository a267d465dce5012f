/** Whether the messages hold, and hold together. What the page shows beside them: evidenceShown and evidenceInspection. */
import type { Evidence } from "@baken/bindings";
import { afterEach, describe, expect, it, vi } from "vitest";

import { checkEvidence, type EvidenceCode } from "./evidence";
import {
  base64,
  device,
  evidence,
  failures,
  hashOf,
  newSigner,
  OPERATION,
  page,
  receiptKey,
  root,
  sign,
  signText,
  SHOWN,
} from "./evidenceInMemory";

const ENVELOPES = [
  ["certificate", "certificate-signature"],
  ["enrolment", "enrolment-signature"],
  ["batch", "batch-signature"],
  ["operation", "operation-signature"],
  ["receipt", "receipt-signature"],
] as const;

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

  it("believes nothing that a closed receipt key signed, however early it says it is", async () => {
    const given = await evidence({
      keydir: (m) => ({ ...m, receiptKeys: [receiptKey.publicKey, root.publicKey] }),
    });
    expect(await failures(given)).toEqual(["keydir-names-keys", "attachment-receipts"]);
  });

  describe("where the register was restored without the directory that the record was sealed under", () => {
    const KEYDIR = { tenant: "GM0453", rootKey: root.publicKey, receiptKeys: [receiptKey.publicKey] };
    const below = async (...epochs: number[]) => {
      const directories = epochs.map((epoch) => sign("keydir", { ...KEYDIR, epoch }, root));
      return { ...(await evidence()), keyDirectories: await Promise.all(directories) };
    };
    const notes = async (given: Evidence) => (await checkEvidence(given, await page(given), "GM0453")).notes;

    it("finds that everything holds, and notes which one is not there", async () => {
      // The second is of a device that knew more than the register that was restored.
      for (const epoch of [3, 7]) {
        const sealedUnder = { ...OPERATION.sealed, epoch: 5 };
        const given = await evidence({
          keydir: (m) => ({ ...m, epoch }),
          operation: (m) => ({ ...m, sealed: sealedUnder }),
        });
        expect(await failures(given)).toEqual([]);
        expect(await notes(given)).toEqual([{ code: "no-sealing-directory", epoch: 5 }]);
      }
    });

    it("notes nothing where it is there, alone or before the newest", async () => {
      for (const epochs of [[1], [1, 4]]) {
        const given = await below(...epochs);
        expect(await failures(given)).toEqual([]);
        expect(await notes(given)).toEqual([]);
      }
    });

    it("does not take a directory that has nothing to do with the record, or a third, or another order", async () => {
      for (const epochs of [
        [2, 4],
        [4, 1],
        [1, 1],
        [1, 2, 4],
      ]) {
        expect(await failures(await below(...epochs))).toEqual(["keydir-names-keys"]);
      }
    });
  });

  it.each([
    ["a space", (text: string) => text.replace(":", ": ")],
    ["a member twice", (text: string) => text.replace("{", '{"leafIndex":9,')],
    ["an exponent", (text: string) => text.replace('"leafIndex":6', '"leafIndex":6e0')],
    ["a byte order mark", (text: string) => `\ufeff${text}`],
  ])("believes no receipt that is written with %s, though its signature holds", async (_name, otherwise) => {
    const given = await evidence();
    given.receipt = await signText("receipt", otherwise(atob(given.receipt.payload)), receiptKey);
    expect(await failures(given)).toContain("receipt-names-batch");
    expect(await failures(given)).not.toContain("receipt-signature");
  });

  it.each([
    "2026-11-23 09:00:00Z",
    "2026-11-23T09:00:00+00:00",
    "2026-11-23T09:00Z",
    "2026-11-23 09:00:00 UTC",
  ])("believes no record that writes its time as %s", async (observedAt) => {
    const given = await evidence({ operation: (message) => ({ ...message, observedAt }) });
    expect(await failures(given)).toEqual(["operation-is-shown"]);
  });

  it.each([
    "{}",
    "[]",
    "null",
    "7",
    '{"operations":7}',
    '{"receiptKeys":{}}',
    '{"attachments":3,"sealed":7,"open":0}',
  ])("says that what was signed as %s does not hold, and never that it could not look", async (text) => {
    const signers = {
      batch: device,
      operation: device,
      enrolment: device,
      receipt: receiptKey,
      certificate: receiptKey,
    };
    for (const [name] of ENVELOPES) {
      const given = await evidence();
      const type = { enrolment: "enrol", certificate: "device-certificate" }[name as string] ?? name;
      given[name] = await signText(type, text, signers[name]);
      expect(await failures(given)).not.toEqual([]);
    }
    const given = await evidence();
    given.keyDirectories = [await signText("keydir", text, root)];
    expect(await failures(given)).toContain("keydir-names-keys");
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
    ["a key directory without a number", "keydir-names-keys", { keydir: (m) => ({ ...m, epoch: "1" }) }],
    [
      "a receipt from before the device was let in",
      "receipt-names-batch",
      { certificate: (m) => ({ ...m, enrolledAt: "2026-11-24T10:05:00.124Z" }) },
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

  it.each(["chain", "seq"])(
    "takes no receipt and batch to agree on a %s that neither names",
    async (field) => {
      const without = (message: object) =>
        Object.fromEntries(Object.entries(message).filter(([name]) => name !== field));
      const given = await evidence({ batch: without, receipt: without });
      expect(await failures(given)).toContain("receipt-names-batch");
    },
  );

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

describe("checkEvidence without Ed25519", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("says plainly that this browser cannot check, and claims nothing", async () => {
    const given = await evidence();
    vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new DOMException("", "NotSupportedError"));
    const result = await checkEvidence(given, SHOWN, "GM0453");
    expect(result).toEqual({ supported: false, checks: [], notes: [], rootFingerprint: root.keyid });
  });
});
