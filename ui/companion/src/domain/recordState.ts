/**
 * The state of a record in words (a draft is said to be one where it is listed). "Ontvangen" comes from the
 * core only after it verified the backend's receipt, so nothing here decides it again.
 */
import type { Home, RecordState, RecordSummary, StateCounts } from "@baken/bindings";
import type { StateTone } from "@baken/shared";

import * as m from "../paraglide/messages";
import { dateAndTime } from "./wording";

export type StateWords = { tone: StateTone; text: string; detail: string | null };

type Stateful = Pick<
  RecordSummary,
  "state" | "receivedAt" | "receiptNumber" | "photos" | "photosSent" | "failure"
>;

export function stateName(state: RecordState): string {
  switch (state) {
    case "finalised":
      return m.state_finalised();
    case "sending":
      return m.state_sending();
    case "acknowledged":
      return m.state_acknowledged();
    case "failed":
      return m.state_failed();
  }
}

export function stateWords(record: Stateful): StateWords {
  const text = stateName(record.state);
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

/** Why sending failed, and what happens next. */
export function failureText(code: string): string {
  switch (code) {
    case "network":
      return m.failure_network();
    case "revoked":
    case "unknown-device":
      return m.failure_revoked();
    case "malformed":
    case "bad-signature":
    case "too-large":
      return m.failure_refused();
    case "storage-full":
      return m.failure_storage_full();
    case "directory-rollback":
      return m.failure_directory_rollback();
    case "receipt-invalid":
      return m.failure_receipt_invalid();
    case "disk-full":
      return m.error_disk_full();
    case "backend-too-old":
      return m.error_backend_too_old();
    default:
      return m.failure_backend_error();
  }
}
