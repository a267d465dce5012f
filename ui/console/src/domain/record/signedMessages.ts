/**
 * What the signed messages of an evidence file say, as schemas: not yet believed, and of the shape that their kind
 * has. A message of another shape says nothing, so that two that both lack a field never agree on it.
 * Deliberately absent: fields nobody compares here. What a later version adds takes nothing from what is there.
 */
import type { DsseEnvelope } from "@baken/bindings";
import * as v from "valibot";

import { fromBase64 } from "../message/bytes";
import { strictJson } from "../message/strictJson";

const text = v.string();
const number = v.number();

export const keyDirectory = v.object({ tenant: text, epoch: number, rootKey: text });
/** Of a key directory: the closed ones, and last the one in use. Read apart, so that they do not fall with the rest. */
export const receiptKeysNamed = v.object({ receiptKeys: v.array(text) });
export const enrolment = v.object({ publicKey: text });
export const certificate = v.object({
  tenant: text,
  device: text,
  publicKey: text,
  organisation: text,
  enrolment: text,
  enrolledAt: text,
});
export const attachmentReceipt = v.object({
  tenant: text,
  device: text,
  operation: text,
  sha256: text,
  sizeBytes: number,
});
export const batch = v.object({
  chain: text,
  seq: number,
  device: text,
  operations: v.array(v.object({ operation: text, sha256: text })),
});
export const operation = v.object({
  tenant: text,
  operation: text,
  device: text,
  entity: text,
  inspection: v.nullable(v.object({ device: text, entity: text })),
  finalisedAt: text,
  observedAt: text,
  open: v.record(text, v.unknown()),
  sealed: v.object({ sha256: text, recipients: v.array(text), epoch: number }),
  attachments: v.array(v.object({ sha256: text, sizeBytes: number })),
});
export const receipt = v.object({
  tenant: text,
  device: text,
  deviceKey: text,
  chain: text,
  seq: number,
  batchHash: text,
  receivedAt: text,
  logOrigin: text,
  leafIndex: number,
});

export type KeyDirectory = v.InferOutput<typeof keyDirectory>;
export type Operation = v.InferOutput<typeof operation>;
export type Receipt = v.InferOutput<typeof receipt>;

/** What `envelope` says, if it is a message of this kind; null where it is not, or not written as one. */
export function said<Schema extends v.GenericSchema>(
  schema: Schema,
  envelope: DsseEnvelope,
): v.InferOutput<Schema> | null {
  const message = v.safeParse(schema, payload(envelope), { abortEarly: true });
  return message.success ? message.output : null;
}

function payload(envelope: DsseEnvelope): unknown {
  try {
    return strictJson(fromBase64(envelope.payload));
  } catch {
    return null;
  }
}
