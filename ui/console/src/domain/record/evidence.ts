/**
 * Checking a record again in the browser, without believing the backend's word: the signatures (DSSE v1,
 * Ed25519) from the root key down, the hashes between the messages, and that the signed record is the one on
 * screen: evidence of another record proves nothing about this one.
 * Deliberately absent: trust in the root key itself. Whoever doubts it compares the fingerprint shown.
 */
import type {
  DsseEnvelope,
  Evidence,
  ContactDetail,
  InspectionDetail,
  ObservationDetail,
} from "@baken/bindings";

import { fromBase64, sha256 } from "../message/bytes";
import { isSignedBy, pae, supportsEd25519 } from "../message/dsse";
import {
  attachmentReceipt,
  batch as batchMessage,
  certificate as certificateMessage,
  enrolment as enrolmentMessage,
  keyDirectory,
  operation as operationMessage,
  receipt as receiptMessage,
  receiptKeysNamed,
  said,
  type KeyDirectory,
  type Operation,
  type Receipt,
} from "./signedMessages";

export type EvidenceCode =
  | "keydir-signature"
  | "enrolment-signature"
  | "batch-signature"
  | "operation-signature"
  | "receipt-signature"
  | "keydir-names-keys"
  | "enrolment-names-device"
  | "certificate-signature"
  | "certificate-names-device"
  | "attachment-receipts"
  | "operation-is-shown"
  | "batch-lists-operation"
  | "receipt-names-batch";

/** A record as it stands on its page. */
export type ShownRecord = ObservationDetail | InspectionDetail | ContactDetail;

type EvidenceCheck = { code: EvidenceCode; holds: boolean };
/** What to know beside the checks; the codes are those of `baken-backend check` and `verifier/check.py`. */
type EvidenceNote = { code: "no-sealing-directory"; epoch: number };
export type EvidenceResult = {
  supported: boolean;
  checks: EvidenceCheck[];
  notes: EvidenceNote[];
  rootFingerprint: string;
};

const OBSERVATION_FIELDS = [
  "placeKind",
  "district",
  "forms",
  "indicators",
  "basis",
  "urgency",
  "actions",
  "level",
  "personCount",
  "attachmentCount",
] as const;
const CONTACT_FIELDS = ["followUp", "level"] as const;
const INSPECTION_FIELDS = ["placeKind", "district", "organisations", "ground"] as const;

/** Checks `evidence` for the record as it stands on the page, in the municipality one is signed in to. */
export async function checkEvidence(
  evidence: Evidence,
  shown: ShownRecord,
  tenant: string,
): Promise<EvidenceResult> {
  const rootFingerprint = await sha256(fromBase64(evidence.rootPublicKey));
  const [device, root] = [evidence.devicePublicKey, evidence.rootPublicKey];
  if (!(await supportsEd25519())) return { supported: false, checks: [], notes: [], rootFingerprint };

  const keydirs = evidence.keyDirectories.map((envelope) => said(keyDirectory, envelope));
  const signed = await Promise.all(evidence.keyDirectories.map((it) => isSignedBy(it, "keydir", root)));
  const newest = evidence.keyDirectories.at(-1);
  const receiptKeys = (newest && said(receiptKeysNamed, newest)?.receiptKeys) ?? [];
  const receiptKey = await signerOf(evidence.receipt, receiptKeys);
  const certifier = await signerOf(evidence.certificate, receiptKeys);
  const certificate = said(certificateMessage, evidence.certificate);
  const enrolment = said(enrolmentMessage, evidence.enrolment);
  const batch = said(batchMessage, evidence.batch);
  const operation = said(operationMessage, evidence.operation);
  const receipt = said(receiptMessage, evidence.receipt);
  const operationHash = await digest(evidence.operation);
  const batchHash = await digest(evidence.batch);
  const checks = await Promise.all([
    check("keydir-signature", () => signed.length > 0 && signed.every(Boolean)),
    check("enrolment-signature", () => isSignedBy(evidence.enrolment, "enrol", device)),
    check("batch-signature", () => isSignedBy(evidence.batch, "batch", device)),
    check("operation-signature", () => isSignedBy(evidence.operation, "operation", device)),
    check("receipt-signature", () => verifyBy(receiptKey, evidence.receipt, "receipt")),
    check("certificate-signature", () => verifyBy(certifier, evidence.certificate, "device-certificate")),
    check(
      "keydir-names-keys",
      () =>
        keydirs.every((keydir) => keydir?.rootKey === root && keydir.tenant === tenant) &&
        areNeeded(keydirs, operation) &&
        receipt !== null &&
        isInUse(receiptKey, receiptKeys) &&
        certificate !== null &&
        isInUse(certifier, receiptKeys),
    ),
    check("enrolment-names-device", () => enrolment?.publicKey === device),
    check(
      "certificate-names-device",
      async () =>
        certificate?.tenant === tenant &&
        certificate.device === operation?.device &&
        certificate.publicKey === device &&
        certificate.organisation === shown.proof.signedBy.organisation &&
        certificate.enrolment === (await digest(evidence.enrolment)),
    ),
    check(
      "attachment-receipts",
      async () => operation !== null && (await attachmentsHold(evidence, operation, shown, receiptKeys)),
    ),
    check(
      "operation-is-shown",
      () =>
        operation?.tenant === tenant &&
        operationHash === shown.proof.operationHash &&
        isShown(operation, shown),
    ),
    check(
      "batch-lists-operation",
      () =>
        batch !== null &&
        operation !== null &&
        batch.device === operation.device &&
        batch.operations.some(
          (listed) => listed.operation === operation.operation && listed.sha256 === operationHash,
        ),
    ),
    check(
      "receipt-names-batch",
      () =>
        batch !== null &&
        receipt?.tenant === tenant &&
        receipt.device === batch.device &&
        receipt.deviceKey === device &&
        receipt.batchHash === batchHash &&
        receipt.chain === batch.chain &&
        receipt.seq === batch.seq &&
        certificate !== null &&
        momentOf(certificate.enrolledAt) <= momentOf(receipt.receivedAt) &&
        receiptIsShown(receipt, shown),
    ),
  ]);
  return { supported: true, checks, notes: notesOf(keydirs, operation), rootFingerprint };
}

/** The directory the record was sealed under, then the newest, and no other; one where they are the same. */
function areNeeded(keydirs: (KeyDirectory | null)[], operation: Operation | null): boolean {
  const epochs = keydirs.map((keydir) => keydir?.epoch ?? NaN);
  const [first = NaN, newest] = epochs;
  const inOrder = newest === undefined || (first < newest && first === operation?.sealed.epoch);
  return inOrder && epochs.length <= 2 && Number.isSafeInteger(first);
}

/** A register that was restored may lack the directory a record was sealed under. That takes nothing from the record. */
function notesOf(keydirs: (KeyDirectory | null)[], operation: Operation | null): EvidenceNote[] {
  const epoch = operation?.sealed.epoch;
  const isHere = epoch === undefined || keydirs.some((keydir) => keydir?.epoch === epoch);
  return isHere ? [] : [{ code: "no-sealing-directory", epoch }];
}

/** A message of another shape than it should have says nothing: whatever looks into it does not hold. */
async function check(code: EvidenceCode, holds: () => boolean | Promise<boolean>): Promise<EvidenceCheck> {
  try {
    return { code, holds: await holds() };
  } catch {
    return { code, holds: false };
  }
}

/** Whether what is on screen is what was signed: ids, times, every open field, and the sealed parts by hash. */
const isShown = (operation: Operation, shown: ShownRecord): boolean =>
  operation.device === shown.proof.signedBy.device &&
  sameTime(operation.finalisedAt, shown.proof.finalisedAt) &&
  operation.sealed.sha256 === shown.sealed.sha256 &&
  same(operation.sealed.recipients, shown.sealed.recipients) &&
  ("summary" in shown
    ? isObservation(operation, shown)
    : "contact" in shown
      ? isContact(operation, shown)
      : isInspection(operation, shown));

const isObservation = (operation: Operation, { summary, attachments }: ObservationDetail): boolean =>
  operation.open.kind === "observation" &&
  named(operation.device, operation.operation) === summary.operation &&
  named(operation.device, operation.entity) === summary.observation &&
  operation.device === summary.device &&
  (operation.inspection ? named(operation.inspection.device, operation.inspection.entity) : null) ===
    summary.inspection &&
  sameTime(operation.finalisedAt, summary.finalisedAt) &&
  sameTime(operation.observedAt, summary.observedAt) &&
  sameFields(operation, summary, OBSERVATION_FIELDS) &&
  same(hashes(operation.attachments), hashes(attachments));

/** An inspection belongs to no other and has no attachments: where one does, the page does not show all of it. */
const isInspection = (operation: Operation, shown: InspectionDetail): boolean =>
  operation.open.kind === "inspection" &&
  named(operation.device, operation.operation) === shown.operation &&
  named(operation.device, operation.entity) === shown.inspection &&
  operation.device === shown.device &&
  operation.inspection === null &&
  sameTime(operation.observedAt, shown.startedAt) &&
  sameFields(operation, shown, INSPECTION_FIELDS) &&
  same(hashes(operation.attachments), []);

/** A contact moment has no attachments: where one does, the page does not show all of it. */
const isContact = (operation: Operation, shown: ContactDetail): boolean =>
  operation.open.kind === "contact" &&
  named(operation.device, operation.operation) === shown.operation &&
  named(operation.device, operation.entity) === shown.contact &&
  operation.device === shown.device &&
  (operation.inspection ? named(operation.inspection.device, operation.inspection.entity) : null) ===
    shown.inspection &&
  sameTime(operation.observedAt, shown.metAt) &&
  sameFields(operation, shown, CONTACT_FIELDS) &&
  same(hashes(operation.attachments), []);

const sameFields = <Field extends string>(
  { open }: Operation,
  shown: Readonly<Record<Field, unknown>>,
  fields: readonly Field[],
): boolean => fields.every((field) => same(open[field] ?? null, shown[field]));

const hashes = (attachments: readonly { sha256: string }[]) =>
  attachments.map((attachment) => attachment.sha256);

/** Whether the receipt names the time, the number and the log on screen. People count from one. */
const receiptIsShown = (receipt: Receipt, shown: ShownRecord): boolean =>
  receipt.batchHash === shown.proof.batchHash &&
  receipt.leafIndex + 1 === shown.proof.receiptNumber &&
  receipt.logOrigin === shown.proof.logOrigin &&
  sameTime(receipt.receivedAt, shown.proof.receivedAt) &&
  sameTime(receipt.receivedAt, "summary" in shown ? shown.summary.receivedAt : shown.receivedAt);

/** What a device names is its own: `DEVICE.ID`, as the backend writes it. */
const named = (device: string, id: string): string => `${device}.${id}`;

/** The receipt key that says it signed `envelope`, of those the municipality names. */
async function signerOf(envelope: DsseEnvelope, keys: string[]): Promise<string | null> {
  const keyid = envelope.signatures[0]?.keyid;
  for (const key of keys) if (keyid === (await fingerprint(key))) return key;
  return null;
}

async function fingerprint(key: string): Promise<string | null> {
  try {
    return await sha256(fromBase64(key));
  } catch {
    return null;
  }
}

/** A key that was closed vouches for nothing: times and numbers are what its signer says. */
const isInUse = (signer: string | null, keys: string[]): boolean => signer !== null && signer === keys.at(-1);

const verifyBy = async (signer: string | null, envelope: DsseEnvelope, name: string): Promise<boolean> =>
  signer !== null && (await isSignedBy(envelope, name, signer));

/** Every attachment the page calls held has a receipt for this very record, and no receipt is for another. */
async function attachmentsHold(
  evidence: Evidence,
  operation: Operation,
  shown: ShownRecord,
  keys: string[],
): Promise<boolean> {
  const held = new Set<string>();
  for (const envelope of evidence.attachmentReceipts) {
    const signer = await signerOf(envelope, keys);
    const receipt = said(attachmentReceipt, envelope);
    const holds =
      receipt !== null &&
      (await verifyBy(signer, envelope, "attachment-receipt")) &&
      isInUse(signer, keys) &&
      receipt.tenant === operation.tenant &&
      receipt.device === operation.device &&
      receipt.operation === operation.operation &&
      operation.attachments.some(
        (listed) => listed.sha256 === receipt.sha256 && listed.sizeBytes === receipt.sizeBytes,
      );
    if (!holds) return false;
    held.add(receipt.sha256);
  }
  const complete = "summary" in shown ? shown.attachments.filter((it) => it.complete) : [];
  return complete.every((attachment) => held.has(attachment.sha256));
}

const same = (signed: unknown, seen: unknown): boolean => JSON.stringify(signed) === JSON.stringify(seen);

/** As messages write a time: a general reader takes more, and each reader something else. */
const MOMENT = /^[1-9]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3}|\.\d{6}|\.\d{9})?Z$/;

/** Not a number, and so neither before nor after anything, where it is not written as a time is. */
const momentOf = (signed: string): number => (MOMENT.test(signed) ? Date.parse(signed) : NaN);

/** To the millisecond, as the page has it. */
const sameTime = (signed: string, seen: string): boolean => momentOf(signed) === Date.parse(seen);

const digest = (envelope: DsseEnvelope) => sha256(pae(envelope.payloadType, fromBase64(envelope.payload)));
