/**
 * Signed messages in their envelopes: DSSE v1 with one Ed25519 signature, checked with the browser's own cryptography.
 */
import type { DsseEnvelope } from "@baken/bindings";

import { fromBase64 } from "./bytes";

const encoder = new TextEncoder();

/** DSSE's pre-authentication encoding: `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`. */
export function pae(type: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(`DSSEv1 ${encoder.encode(type).length} ${type} ${body.length} `);
  const out = new Uint8Array(head.length + body.length);
  out.set(head);
  out.set(body, head.length);
  return out;
}

/** A key that certainly is one (RFC 8032, 7.1, test 1), so that a bad key is never taken for an old browser. */
const KNOWN_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

export async function supportsEd25519(): Promise<boolean> {
  try {
    await importKey(KNOWN_KEY);
    return true;
  } catch {
    return false;
  }
}

const importKey = (key: string) =>
  crypto.subtle.importKey("raw", fromBase64(key), { name: "Ed25519" }, false, ["verify"]);

/** Whether `key` signed `envelope`, a message of that name. */
export async function isSignedBy(envelope: DsseEnvelope, name: string, key: string): Promise<boolean> {
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
