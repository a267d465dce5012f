/**
 * How far sending is, over pauses and failures: one round lasts until all was sent. Each run of the core counts from
 * nothing what is left for it; a bar that followed it would begin anew after every pause and read as loss.
 * Records and photos have a bar each, since all records are there long before the last photo.
 */
import type { SyncProgress } from "@baken/bindings";

type Share = { sent: number; total: number };
export type SendingRound = {
  records: Share;
  photoBytes: Share;
  /** Sent by earlier runs of this round. */
  readonly before: { records: number; photoBytes: number };
  /** Whether a run is under way, and not between a pause and the next. */
  readonly running: boolean;
  /** Whether the round is over: the next run begins another. */
  readonly over: boolean;
};

export const NO_ROUND: SendingRound = {
  records: { sent: 0, total: 0 },
  photoBytes: { sent: 0, total: 0 },
  before: { records: 0, photoBytes: 0 },
  running: false,
  over: true,
};

export function advanced(round: SendingRound, progress: SyncProgress): SendingRound {
  switch (progress.phase) {
    case "idle":
      return NO_ROUND;
    case "preparing":
    case "sending":
    case "photos":
    case "fetching":
      return counted(begun(round), progress);
    case "paused":
    case "failed":
      return { ...counted(begun(round), progress), running: false };
    case "photos-wait":
    case "done":
      return { ...counted(begun(round), progress), running: false, over: true };
  }
}

/** The round this run belongs to. */
function begun(round: SendingRound): SendingRound {
  if (round.running) return round;
  if (round.over) return { ...NO_ROUND, running: true, over: false };
  return {
    ...round,
    before: { records: round.records.sent, photoBytes: round.photoBytes.sent },
    running: true,
  };
}

function counted(round: SendingRound, progress: SyncProgress): SendingRound {
  const { recordsTotal, recordsSent, photoBytesTotal, photoBytesSent } = progress;
  // A run that does not know yet what it has to send changes nothing of what is seen.
  if (recordsTotal === 0 && photoBytesTotal === 0) return round;
  return {
    ...round,
    records: grown(round.records, {
      sent: round.before.records + recordsSent,
      total: round.before.records + recordsTotal,
    }),
    photoBytes: grown(
      round.photoBytes,
      resumed(round.photoBytes, { sent: photoBytesSent, total: photoBytesTotal }),
    ),
  };
}

/**
 * A run counts a photo of which a part is there as one that is wholly to be sent, until it has asked: by what is left
 * of the whole, and not by adding up.
 */
function resumed(seen: Share, run: Share): Share {
  const total = Math.max(seen.total, run.total);
  return { sent: total - (run.total - run.sent), total };
}

/** Neither goes back while it lasts. */
function grown(seen: Share, now: Share): Share {
  const total = Math.max(seen.total, now.total);
  return { sent: Math.min(total, Math.max(seen.sent, now.sent)), total };
}
