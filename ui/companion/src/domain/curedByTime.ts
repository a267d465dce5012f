/**
 * Which failures of sending pass without anyone doing something. Only these are tried again by a timer, and only
 * their words may promise that; every other code needs a person. A new code does not compile until it is decided.
 */
import type { FailureCode } from "@baken/bindings";

export const CURED_BY_TIME: Record<FailureCode, boolean> = {
  network: true,
  "backend-error": true,
  "backend-too-old": true,
  "storage-full": true,
  // Offered again every day, to a backend that may have been mended.
  "record-refused": true,

  "fingerprint-mismatch": false,
  "directory-rollback": false,
  "directory-expired": false,
  "receipt-invalid": false,
  revoked: false,
  "unknown-device": false,
  "disk-full": false,
  "storage-failed": false,
  "store-damaged": false,
  "store-too-new": false,
  "sealing-failed": false,
  "signing-failed": false,
  internal: false,
  locked: false,
  "not-enrolled": false,
  "already-enrolled": false,
  "in-use": false,
  "not-allowed": false,
  "not-found": false,
  unreadable: false,
  invalid: false,
  "photo-unreadable": false,
  "photo-too-large": false,
  "too-many-photos": false,
  "invitation-malformed": false,
  "invitation-address": false,
  "code-unknown": false,
  "code-used": false,
  "code-expired": false,
  "secret-too-short": false,
  "wrong-secret": false,
  wait: false,
  "vault-exists": false,
  "vault-missing": false,
  "vault-destroyed": false,
  "vault-damaged": false,
};
