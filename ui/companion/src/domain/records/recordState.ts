/**
 * How records and sending stand, in words (a draft is said to be one where it is listed). "Ontvangen" comes from the
 * core only after it verified the backend's receipt, so nothing here decides it again; `sending.ts` decides the rest.
 */
import type { Correction, FailureCode, RecordSummary } from "@baken/bindings";
import type { StateTone } from "@baken/shared";

import * as m from "../../paraglide/messages";
import { commandErrorText } from "../failure/commandErrors";
import { byteSize, dateAndTime } from "../words/wording";
import { standing, type KindCounts, type Sending, type Standing } from "./sending";

export type StateWords = { tone: StateTone; text: string; detail: string | null };

type Stateful = Pick<
  RecordSummary,
  "state" | "receivedAt" | "receiptNumber" | "photos" | "spoken" | "attachmentsSent" | "failure"
>;

/** The state of a record where it is looked at by itself. */
export function stateWords(record: Stateful, sending: Sending): StateWords {
  const now = standing(record, sending.kind === "running");
  const tone = standingTone(now);
  switch (now) {
    case "waits":
      return { tone, text: m.state_waits({ why: waitsFor(sending) }), detail: null };
    case "under-way":
      return { tone, text: m.state_sending(), detail: details(record) };
    case "photos-wait":
      return { tone, text: m.state_photos_wait(), detail: details(record) };
    case "received":
      return { tone, text: m.state_acknowledged(), detail: details(record) };
    case "failed":
      return {
        tone,
        text: m.state_failed(),
        detail: record.failure === null ? null : failureText(record.failure),
      };
  }
}

/** What was done to a record since it was first signed: the word that comes first. */
export function correctionWord(corrected: Correction): string {
  switch (corrected) {
    case "amended":
      return m.record_amended();
    case "retracted":
      return m.record_retracted();
  }
}

/** The same in a list. What waits says for what. */
export function standingText(now: Standing, sending: Sending): string {
  switch (now) {
    case "waits":
      return inTheWay(sending, {
        network: m.state_waits_network_short,
        backend: m.state_waits_backend_short,
        still: m.state_waits_still_short,
        cost: m.state_waits_soon_short,
        nothing: m.state_waits_soon_short,
      });
    case "under-way":
      return m.state_sending();
    case "photos-wait":
      return inTheWay(sending, {
        network: m.state_photos_wait_network,
        backend: m.state_photos_wait_backend,
        still: m.state_photos_wait_still,
        cost: m.state_photos_wait_wifi,
        nothing: m.state_photos_wait_short,
      });
    case "received":
      return m.state_acknowledged();
    case "failed":
      return m.state_failed();
  }
}

/** The same at the edge of a row, in a word: for what all of it waits is said once, above the list. */
export function standingShort(now: Standing): string {
  switch (now) {
    case "waits":
      return m.state_row_waits();
    case "under-way":
      return m.state_sending();
    case "photos-wait":
      return m.state_row_photos_wait();
    case "received":
      return m.state_acknowledged();
    case "failed":
      return m.state_failed();
  }
}

/** Waiting has no colour, and green is only for what was checked. */
export function standingTone(now: Standing): StateTone {
  switch (now) {
    case "waits":
    case "photos-wait":
      return "neutral";
    case "under-way":
      return "active";
    case "received":
      return "safe";
    case "failed":
      return "danger";
  }
}

const waitsFor = (sending: Sending): string =>
  inTheWay(sending, {
    network: m.state_waits_network,
    backend: m.state_waits_backend,
    still: m.state_waits_still,
    cost: m.state_waits_soon,
    nothing: m.state_waits_soon,
  });

/** What is in the way of what waits, in the words for it. */
function inTheWay(
  { kind }: Sending,
  words: Record<"network" | "backend" | "still" | "cost" | "nothing", () => string>,
): string {
  switch (kind) {
    case "offline":
      return words.network();
    case "later":
      return words.backend();
    case "paused":
    case "stopped":
      return words.still();
    case "photos-wait":
      return words.cost();
    case "running":
    case "soon":
    case "refused":
    case "received":
    case "nothing":
      return words.nothing();
  }
}

function details(record: Stateful): string | null {
  return [receiptDetail(record), attachmentsDetail(record)].filter(Boolean).join(" ") || null;
}

function receiptDetail({ receivedAt, receiptNumber }: Stateful): string | null {
  if (receivedAt === null || receiptNumber === null) return null;
  return m.state_acknowledged_detail({ time: dateAndTime(receivedAt), number: String(receiptNumber) });
}

function attachmentsDetail({ photos, spoken, attachmentsSent: sent }: Stateful): string | null {
  const total = photos + spoken;
  return total > sent ? m.state_photos_sent({ sent, total }) : null;
}

/** "3 waarnemingen, 1 controle"; a kind of which there are none is left out. */
function countsText({ observations, inspections, contacts }: KindCounts): string {
  return [
    observations > 0 ? m.count_observations({ count: observations }) : null,
    inspections > 0 ? m.count_inspections({ count: inspections }) : null,
    contacts > 0 ? m.count_contacts({ count: contacts }) : null,
  ]
    .filter(Boolean)
    .join(", ");
}

export type SendingWords = {
  /** Only "error" and "warning" ask for attention; a wait is "quiet". */
  tone: "quiet" | "ok" | "warning" | "error";
  heading: string;
  text: string;
};

/** How sending stands where nothing is being sent. */
export function sendingWords(now: Exclude<Sending, { kind: "running" }>): SendingWords {
  switch (now.kind) {
    case "offline":
      return { tone: "quiet", heading: m.sync_no_network(), text: failureText("network") };
    case "later":
      return {
        tone: ASKS_SOMEBODY.includes(now.code) ? "warning" : "quiet",
        heading: failureHeading(now.code),
        text: failureText(now.code),
      };
    case "stopped":
      return { tone: "error", heading: failureHeading(now.code), text: failureText(now.code) };
    case "paused":
      return { tone: "quiet", heading: m.sync_paused_heading(), text: m.sync_paused() };
    case "photos-wait":
      return {
        tone: "quiet",
        heading: m.sync_photos_wait({ count: now.photos }),
        text: m.sync_photos_wait_text(),
      };
    case "soon":
      return { tone: "quiet", heading: m.sync_soon(), text: m.sync_by_itself() };
    case "refused":
      return {
        tone: "error",
        heading: m.sync_refused({ what: countsText(now.failed) }),
        text: m.sync_refused_text(),
      };
    case "received":
      return { tone: "ok", heading: m.sync_all_sent(), text: m.sync_done() };
    case "nothing":
      return { tone: "quiet", heading: m.sync_nothing(), text: m.sync_by_itself() };
  }
}

/** What waits, counted; nothing where nothing does. */
export function waitingText(now: Sending): string | null {
  switch (now.kind) {
    case "offline":
    case "later":
    case "soon":
    case "paused":
    case "stopped": {
      const what = countsText(now.waiting);
      return what === "" ? null : m.sync_unsent({ what });
    }
    case "photos-wait":
      return m.sync_photos_wait_size({ size: byteSize(now.bytes) });
    case "running":
    case "refused":
    case "received":
    case "nothing":
      return null;
  }
}

/** One line above a list, for what is true of all of it. There always is one, so that the rows stay where they are. */
export function sendingLine(now: Sending): string {
  switch (now.kind) {
    case "offline":
      return m.sync_line_offline({ what: countsText(now.waiting) });
    case "later":
      // Somebody has to hear of it, and it is not that the municipality cannot take anything.
      if (now.code === "receipt-invalid") return m.sync_line_stopped({ heading: failureHeading(now.code) });
      return m.sync_line_later({ what: countsText(now.waiting) });
    case "paused":
      return m.sync_line_paused({ what: countsText(now.waiting) });
    case "stopped":
      return m.sync_line_stopped({ heading: failureHeading(now.code) });
    case "running":
      return m.sync_line_running();
    case "photos-wait":
      return m.sync_photos_wait({ count: now.photos });
    case "soon":
      return m.sync_line_soon({ what: countsText(now.waiting) });
    case "refused":
      return m.sync_refused({ what: countsText(now.failed) });
    case "received":
      return m.sync_all_sent();
    case "nothing":
      return m.sync_nothing();
  }
}

/** Whether there is anything that sending would send now. */
export function waitsToBeSent(now: Sending): boolean {
  switch (now.kind) {
    case "offline":
    case "later":
    case "soon":
    case "paused":
    case "stopped":
    case "photos-wait":
      return true;
    case "running":
    case "refused":
    case "received":
    case "nothing":
      return false;
  }
}

/** What stands between this device and the municipality is at fault, or may be. */
const HELD_UP: readonly FailureCode[] = [
  "gateway-refuses",
  "gateway-too-large",
  "certificate-untrusted",
  "certificate-other-name",
];

/** It goes on by itself, but somebody has to act: sign in, set the clock, go to another network, or report it. */
const ASKS_SOMEBODY: readonly FailureCode[] = [
  ...HELD_UP,
  "network-sign-in",
  "certificate-expired",
  "clock-wrong",
  "receipt-invalid",
  "content-refused",
  "content-older",
];

/** Above the words of a failure: whether it is about the network, about whom to trust, or about something else. */
export function failureHeading(code: FailureCode): string {
  if (code === "network") return m.sync_no_network();
  if (code === "network-sign-in") return m.sync_sign_in();
  if (code === "clock-wrong") return m.sync_clock_wrong();
  if (HELD_UP.includes(code)) return m.sync_held_up();
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
    case "content-refused":
    case "content-older":
    case "directory-rollback":
    case "log-contradicts":
    case "log-unexplained":
    case "receipt-invalid":
    case "record-refused":
    case "revoked":
    case "storage-full":
    case "unknown-device":
    case "network-sign-in":
    case "gateway-unavailable":
    case "gateway-refuses":
    case "gateway-too-large":
    case "certificate-untrusted":
    case "certificate-other-name":
    case "certificate-expired":
    case "clock-wrong":
    case "join-code-malformed":
    case "join-code-too-large":
    case "join-code-elsewhere":
    case "join-code-unknown-device":
    case "join-code-altered":
    case "join-code-revoked":
    case "join-code-expired":
    case "qr-unreadable":
    case "no-certificate":
    case "disk-full":
    case "storage-failed":
    case "store-read-only":
    case "store-damaged":
    case "store-too-new":
    case "store-other-version":
    case "internal":
    case "locked":
    case "lease-over":
    case "not-enrolled":
      return commandErrorText(code);
    // Sending does not end like this; should it ever, these are the words there are.
    case "already-enrolled":
    case "code-expired":
    case "code-unknown":
    case "code-used":
    case "folder-permissions":
    case "in-use":
    case "invalid":
    case "invitation-address":
    case "invitation-malformed":
    case "not-allowed":
    case "not-as-invited":
    case "not-found":
    case "not-signed-here":
    case "retracted":
    case "carried-unreadable":
    case "wipe-ordered":
    case "photo-too-large":
    case "photo-unreadable":
    case "photo-empty":
    case "photo-heic":
    case "photo-avif":
    case "photo-undecided":
    case "sealing-failed":
    case "presence-off":
    case "presence-lost":
    case "presence-over":
    case "presence-cancelled":
    case "presence-unanswered":
    case "presence-busy":
    case "presence-locked-out":
    case "presence-locked-out-for-good":
    case "presence-not-enrolled":
    case "presence-refused":
    case "presence-unsupported":
    case "presence-failed":
    case "wrong-pin":
    case "pin-spent":
    case "pin-unusable":
    case "pin-weak":
    case "secret-too-short":
    case "secret-unusable":
    case "secret-weak":
    case "too-many-photos":
    case "sound-unreadable":
    case "sound-too-long":
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
