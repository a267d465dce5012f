/**
 * How sending stands, said once for every screen: the card at home, the line above the list, the screen of sending and
 * each record take their words from here, so that no two can contradict each other. Nothing is called received while
 * anything waits, and waiting for a network is no failure.
 */
import type { FailureCode, Home, RecordSummary, StateCounts, SyncProgress } from "@baken/bindings";

import { CURED_BY_TIME } from "../failure/curedByTime";

/** How many there are of each kind of record. */
export type KindCounts = { observations: number; inspections: number; contacts: number };
type Counts = Pick<Home, "observations" | "inspections" | "contacts">;

export type Sending =
  /** A run is under way. */
  | { kind: "running" }
  /** Somebody stopped it, and something waits. */
  | { kind: "paused"; waiting: KindCounts }
  /** Something waits for a network. */
  | { kind: "offline"; waiting: KindCounts }
  /** Something waits for a backend that cannot take it now. */
  | { kind: "later"; code: FailureCode; waiting: KindCounts }
  /** Something waits and nothing is in its way. */
  | { kind: "soon"; waiting: KindCounts }
  /** All was received but photos, which wait for a network that is not paid by the byte. */
  | { kind: "photos-wait"; photos: number; bytes: number; waiting: KindCounts }
  /** A person has to do something before anything can be sent. */
  | { kind: "stopped"; code: FailureCode; waiting: KindCounts }
  /** All but these was received; they wait for a person. */
  | { kind: "refused"; failed: KindCounts }
  /** The backend has all there is. */
  | { kind: "received" }
  /** There is nothing on this device yet. */
  | { kind: "nothing" };

type Known = {
  running: boolean;
  pausedByUser: boolean;
  progress: Pick<SyncProgress, "phase" | "error" | "photosWaiting" | "photoBytesWaiting">;
  home: Counts & Pick<Home, "lastSyncError">;
};

export function sending(known: Known): Sending {
  const before = sendingAtRest(known);
  if (!known.running) return before;
  // A run that only looks for a connection knows no more than the last one did: without a network nothing is being sent.
  const waits = before.kind === "offline" || before.kind === "later";
  return waits && known.progress.phase === "preparing" ? before : { kind: "running" };
}

function sendingAtRest({ pausedByUser, progress, home }: Known): Sending {
  const failed = inState(home, (counts) => counts.failed);
  const waits = waiting(home);
  const code = lastFailure(progress, home);
  if (code !== null && !CURED_BY_TIME[code])
    return { kind: "stopped", code, waiting: together(waits, failed) };
  if (!isNone(waits)) {
    if (pausedByUser) return { kind: "paused", waiting: waits };
    if (code === "network") return { kind: "offline", waiting: waits };
    if (code !== null && code !== "record-refused") return { kind: "later", code, waiting: waits };
    // What was signed since is not a photo, and goes by itself.
    const nothingElse = isNone(inState(home, (counts) => counts.finalised)) && isNone(failed);
    if (progress.phase === "photos-wait" && nothingElse) {
      const { photosWaiting: photos, photoBytesWaiting: bytes } = progress;
      return { kind: "photos-wait", photos, bytes, waiting: waits };
    }
    return { kind: "soon", waiting: waits };
  }
  if (!isNone(failed)) return { kind: "refused", failed };
  return { kind: isNone(inState(home, (counts) => counts.acknowledged)) ? "nothing" : "received" };
}

/** Of this run if it has ended, else of the last one the store remembers. */
function lastFailure(progress: Known["progress"], home: Known["home"]): FailureCode | null {
  switch (progress.phase) {
    case "failed":
      return progress.error ?? "internal";
    case "done":
    case "photos-wait":
      return null;
    case "idle":
    case "preparing":
    case "sending":
    case "photos":
    case "fetching":
    case "paused":
      return home.lastSyncError;
  }
}

/** What is signed and goes by itself. */
export const waiting = (counts: Counts): KindCounts =>
  inState(counts, ({ finalised, sending }) => finalised + sending);

/** Of each kind as many as `count` takes of its states. */
function inState(
  { observations, inspections, contacts }: Counts,
  count: (counts: StateCounts) => number,
): KindCounts {
  return {
    observations: count(observations),
    inspections: count(inspections),
    contacts: count(contacts),
  };
}

function together(one: KindCounts, other: KindCounts): KindCounts {
  return {
    observations: one.observations + other.observations,
    inspections: one.inspections + other.inspections,
    contacts: one.contacts + other.contacts,
  };
}

export function isNone({ observations, inspections, contacts }: KindCounts): boolean {
  return observations + inspections + contacts === 0;
}

/** How one record stands, as far as it matters to whoever made it. */
export type Standing = "waits" | "under-way" | "photos-wait" | "received" | "failed";

/** A record is under way only while something is being sent: after a pause, a kill or a lost network it waits. */
export function standing(
  { state, receivedAt }: Pick<RecordSummary, "state" | "receivedAt">,
  running: boolean,
): Standing {
  switch (state) {
    case "acknowledged":
      return "received";
    case "failed":
      return "failed";
    case "finalised":
      return "waits";
    case "sending":
      if (running) return "under-way";
      return receivedAt === null ? "waits" : "photos-wait";
  }
}

/** How many stand how, in the order in which they are told. Photos that wait count with what waits. */
export function standingCounts(home: Counts, running: boolean): { standing: Standing; counts: KindCounts }[] {
  const all = (count: (states: StateCounts) => number): KindCounts => inState(home, count);
  return [
    { standing: "failed", counts: all(({ failed }) => failed) },
    { standing: "under-way", counts: all(({ sending: sent }) => (running ? sent : 0)) },
    {
      standing: "waits",
      counts: all(({ finalised, sending: sent }) => finalised + (running ? 0 : sent)),
    },
    { standing: "received", counts: all(({ acknowledged }) => acknowledged) },
  ];
}
