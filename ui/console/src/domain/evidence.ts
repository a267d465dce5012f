/**
 * Checking a record again in the browser, without believing the backend's word: five signatures (DSSE v1,
 * Ed25519) and the hashes between the messages.
 * Deliberately absent: trust in the root key itself. Whoever doubts it compares the fingerprint shown.
 */
import type { DsseEnvelope, Evidence } from "@baken/bindings";

import { fromBase64, hex, sha256 } from "./bytes";

export type EvidenceCode =
  | "keydir-signature"
  | "enrolment-signature"
  | "batch-signature"
  | "operation-signature"
  | "receipt-signature"
  | "keydir-names-keys"
  | "enrolment-names-device"
  | "batch-lists-operation"
  | "receipt-names-batch";

type EvidenceCheck = { code: EvidenceCode; holds: boolean };
export type EvidenceResult = { supported: boolean; checks: EvidenceCheck[]; rootFingerprint: string };

type Keydir = { rootKey: string; receiptKey: string };
type Enrolment = { publicKey: string };
type Batch = {
  chain: string;
  seq: number;
  device: string;
  operations: { operation: string; sha256: string }[];
};
type Operation = { operation: string; device: string };
type Receipt = { chain: string; seq: number; batchHash: string };

const encoder = new TextEncoder();

/** DSSE's pre-authentication encoding: `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`. */
export function pae(type: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(`DSSEv1 ${encoder.encode(type).length} ${type} ${body.length} `);
  const out = new Uint8Array(head.length + body.length);
  out.set(head);
  out.set(body, head.length);
  return out;
}

export async function checkEvidence(evidence: Evidence): Promise<EvidenceResult> {
  const rootFingerprint = hex(
    new Uint8Array(await crypto.subtle.digest("SHA-256", fromBase64(evidence.rootPublicKey))),
  );
  const [device, receiptKey, root] = [
    evidence.devicePublicKey,
    evidence.receiptPublicKey,
    evidence.rootPublicKey,
  ];
  if (!(await supportsEd25519(device))) return { supported: false, checks: [], rootFingerprint };

  const keydir = payload(evidence.keyDirectory) as Keydir | null;
  const enrolment = payload(evidence.enrolment) as Enrolment | null;
  const batch = payload(evidence.batch) as Batch | null;
  const operation = payload(evidence.operation) as Operation | null;
  const receipt = payload(evidence.receipt) as Receipt | null;
  const operationHash = await digest(evidence.operation);
  const batchHash = await digest(evidence.batch);
  const checks: EvidenceCheck[] = [
    { code: "keydir-signature", holds: await verify(evidence.keyDirectory, "keydir", root) },
    { code: "enrolment-signature", holds: await verify(evidence.enrolment, "enrol", device) },
    { code: "batch-signature", holds: await verify(evidence.batch, "batch", device) },
    { code: "operation-signature", holds: await verify(evidence.operation, "operation", device) },
    { code: "receipt-signature", holds: await verify(evidence.receipt, "receipt", receiptKey) },
    { code: "keydir-names-keys", holds: keydir?.rootKey === root && keydir.receiptKey === receiptKey },
    { code: "enrolment-names-device", holds: enrolment?.publicKey === device },
    {
      code: "batch-lists-operation",
      holds:
        batch !== null &&
        operation !== null &&
        batch.device === operation.device &&
        batch.operations.some(
          (listed) => listed.operation === operation.operation && listed.sha256 === operationHash,
        ),
    },
    {
      code: "receipt-names-batch",
      holds:
        batch !== null &&
        receipt?.batchHash === batchHash &&
        receipt.chain === batch.chain &&
        receipt.seq === batch.seq,
    },
  ];
  return { supported: true, checks, rootFingerprint };
}

async function supportsEd25519(key: string): Promise<boolean> {
  try {
    await importKey(key);
    return true;
  } catch {
    return false;
  }
}

const importKey = (key: string) =>
  crypto.subtle.importKey("raw", fromBase64(key), { name: "Ed25519" }, false, ["verify"]);

async function verify(envelope: DsseEnvelope, name: string, key: string): Promise<boolean> {
  const [signature, ...others] = envelope.signatures;
  if (!signature || others.length > 0) return false;
  if (envelope.payloadType !== `application/vnd.baken.${name}.v1+json`) return false;
  try {
    const signed = pae(envelope.payloadType, fromBase64(envelope.payload));
    return await crypto.subtle.verify(
      { name: "Ed25519" },
      await importKey(key),
      fromBase64(signature.sig),
      signed,
    );
  } catch {
    return false;
  }
}

const digest = (envelope: DsseEnvelope) => sha256(pae(envelope.payloadType, fromBase64(envelope.payload)));

/** What a message says, not yet believed. */
function payload(envelope: DsseEnvelope): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(fromBase64(envelope.payload)));
  } catch {
    return null;
  }
}
