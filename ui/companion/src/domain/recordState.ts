/**
 * The state of a record in words (a draft is said to be one where it is listed). "Ontvangen" comes from the
 * core only after it verified the backend's receipt, so nothing here decides it again.
 */
import type { FailureCode, Home, RecordState, RecordSummary, StateCounts } from "@baken/bindings";
import type { StateTone } from "@baken/shared";

import * as m from "../paraglide/messages";
import { commandErrorText } from "./commandErrors";
import { CURED_BY_TIME } from "./curedByTime";
import { dateAndTime } from "./wording";

export type StateWords = { tone: StateTone; text: string; detail: string | null };

type Stateful = Pick<
  RecordSummary,
  "state" | "receivedAt" | "receiptNumber" | "photos" | "photosSent" | "failure"
>;

/** `failure` is why it is `failed`, as far as that is known: not every failure is tried again by itself. */
export function stateName(state: RecordState, failure: FailureCode | null): string {
  switch (state) {
    case "finalised":
      return m.state_finalised();
    case "sending":
      return m.state_sending();
    case "acknowledged":
      return m.state_acknowledged();
    case "failed":
      return failure === null || CURED_BY_TIME[failure] ? m.state_failed() : m.state_failed_for_now();
  }
}

export function stateWords(record: Stateful): StateWords {
  const text = stateName(record.state, record.failure);
  switch (record.state) {
    case "finalised":
      return { tone: "neutral", text, detail: null };
    case "sending":
      return { tone: "active", text, detail: photosDetail(record) };
    case "acknowledged":
      return {
        tone: "safe",
        text,
        detail: [receiptDetail(record), photosDetail(record)].filter(Boolean).join(" ") || null,
      };
    case "failed":
      return { tone: "warning", text, detail: record.failure === null ? null : failureText(record.failure) };
  }
}

function receiptDetail({ receivedAt, receiptNumber }: Stateful): string | null {
  if (receivedAt === null || receiptNumber === null) return null;
  return m.state_acknowledged_detail({ time: dateAndTime(receivedAt), number: String(receiptNumber) });
}

function photosDetail({ photos, photosSent }: Stateful): string | null {
  return photos > photosSent ? m.state_photos_sent({ sent: photosSent, total: photos }) : null;
}

/** How many there are of each kind of record. */
export type KindCounts = { observations: number; inspections: number };
type Counts = Pick<Home, "observations" | "inspections">;

export function inState({ observations, inspections }: Counts, state: RecordState): KindCounts {
  return { observations: observations[state], inspections: inspections[state] };
}

/** What the backend does not have yet. */
export function unsent({ observations, inspections }: Counts): KindCounts {
  const count = ({ finalised, sending, failed }: StateCounts) => finalised + sending + failed;
  return { observations: count(observations), inspections: count(inspections) };
}

export function isNone({ observations, inspections }: KindCounts): boolean {
  return observations + inspections === 0;
}

/** "3 waarnemingen, 1 controle"; a kind of which there are none is left out. */
export function countsText({ observations, inspections }: KindCounts): string {
  return [
    observations > 0 ? m.count_observations({ count: observations }) : null,
    inspections > 0 ? m.count_inspections({ count: inspections }) : null,
  ]
    .filter(Boolean)
    .join(", ");
}

export function unsentText(counts: Counts): string {
  const waiting = unsent(counts);
  if (!isNone(waiting)) return m.sync_unsent({ what: countsText(waiting) });
  return isNone(inState(counts, "acknowledged")) ? m.sync_nothing() : m.sync_all_sent();
}

/** Above the words of a failure: whether it is about the network, about whom to trust, or about something else. */
export function failureHeading(code: FailureCode): string {
  if (code === "network") return m.sync_no_network();
  if (code === "fingerprint-mismatch" || code === "receipt-invalid") return m.sync_not_genuine();
  return m.sync_failed();
}

/** Why sending failed, and what happens next. */
export function failureText(code: FailureCode): string {
  switch (code) {
    case "network":
      return m.failure_network();
    case "backend-error":
      return m.failure_backend_error();
    case "fingerprint-mismatch":
      return m.failure_fingerprint_mismatch();
    case "signing-failed":
      return m.failure_signing_failed();
    // The words of a command serve here too.
    case "backend-too-old":
    case "directory-rollback":
    case "receipt-invalid":
    case "record-refused":
    case "revoked":
    case "storage-full":
    case "unknown-device":
    case "disk-full":
    case "storage-failed":
    case "store-damaged":
    case "store-too-new":
    case "internal":
    case "locked":
    case "not-enrolled":
      return commandErrorText(code);
    // Sending does not end like this; should it ever, these are the words there are.
    case "already-enrolled":
    case "code-expired":
    case "code-unknown":
    case "code-used":
    case "directory-expired":
    case "in-use":
    case "invalid":
    case "invitation-address":
    case "invitation-malformed":
    case "not-allowed":
    case "not-found":
    case "photo-too-large":
    case "photo-unreadable":
    case "sealing-failed":
    case "secret-too-short":
    case "too-many-photos":
    case "unreadable":
    case "vault-damaged":
    case "vault-destroyed":
    case "vault-exists":
    case "vault-missing":
    case "wait":
    case "wrong-secret":
      return commandErrorText(code);
  }
}
