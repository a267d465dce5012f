import type { SyncProgress } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { advanced, NO_ROUND, type SendingRound } from "./sendingRound";

type Told = [SyncProgress["phase"], records: [number, number], photos: [number, number]];

function progress([
  phase,
  [recordsSent, recordsTotal],
  [photoBytesSent, photoBytesTotal],
]: Told): SyncProgress {
  return {
    phase,
    recordsSent,
    recordsTotal,
    photoBytesSent,
    photoBytesTotal,
    photosWaiting: 0,
    photoBytesWaiting: 0,
    bytesSent: photoBytesSent,
    bytesTotal: photoBytesTotal,
    error: phase === "failed" ? "network" : null,
    finishedAt: null,
  };
}

function seen(told: readonly Told[]): SendingRound[] {
  const rounds = [NO_ROUND];
  for (const one of told) rounds.push(advanced(rounds.at(-1) ?? NO_ROUND, progress(one)));
  return rounds.slice(1);
}

const shares = ({ records, photoBytes }: SendingRound) => [
  records.sent,
  records.total,
  photoBytes.sent,
  photoBytes.total,
];

describe("a round of sending", () => {
  it("does not begin anew after a pause in the middle of a photo", () => {
    const rounds = seen([
      ["preparing", [0, 0], [0, 0]],
      ["sending", [0, 23], [0, 50]],
      ["photos", [23, 23], [40, 50]],
      ["paused", [23, 23], [40, 50]],
      // The next run knows nothing of the part that is there, until it has asked.
      ["preparing", [0, 0], [0, 0]],
      ["photos", [0, 0], [0, 50]],
      ["photos", [0, 0], [40, 50]],
      ["photos", [0, 0], [45, 50]],
      ["done", [0, 0], [50, 50]],
    ]);
    expect(rounds.map(shares)).toEqual([
      [0, 0, 0, 0],
      [0, 23, 0, 50],
      [23, 23, 40, 50],
      [23, 23, 40, 50],
      [23, 23, 40, 50],
      [23, 23, 40, 50],
      [23, 23, 40, 50],
      [23, 23, 45, 50],
      [23, 23, 50, 50],
    ]);
  });

  it("keeps what earlier runs sent when the network is lost, and adds what was signed meanwhile", () => {
    const rounds = seen([
      ["sending", [3, 5], [0, 0]],
      ["failed", [3, 5], [0, 0]],
      ["preparing", [0, 0], [0, 0]],
      ["sending", [0, 4], [0, 0]],
      ["sending", [4, 4], [0, 0]],
    ]);
    expect(rounds.map(shares).map(([sent, total]) => [sent, total])).toEqual([
      [3, 5],
      [3, 5],
      [3, 5],
      [3, 7],
      [7, 7],
    ]);
  });

  it("is over when all was sent: the next begins from nothing", () => {
    const rounds = seen([
      ["done", [5, 5], [9, 9]],
      ["preparing", [0, 0], [0, 0]],
      ["sending", [0, 1], [0, 0]],
    ]);
    expect(rounds.map(shares).slice(1)).toEqual([
      [0, 0, 0, 0],
      [0, 1, 0, 0],
    ]);
  });

  it("never shows less than before, nor more than all, whatever a run reports", () => {
    const random = (below: number, seed: number) => (seed * 7919 + 104_729) % below;
    let round = advanced(NO_ROUND, progress(["sending", [0, 10], [0, 100]]));
    for (let step = 1; step < 500; step += 1) {
      const phase =
        (["sending", "photos", "paused", "failed", "preparing"] as const)[random(5, step)] ?? "sending";
      const next = advanced(round, progress([phase, [random(11, step), 10], [random(101, step * 3), 100]]));
      for (const part of ["records", "photoBytes"] as const) {
        expect(next[part].sent).toBeGreaterThanOrEqual(round[part].sent);
        expect(next[part].sent).toBeLessThanOrEqual(next[part].total);
      }
      round = next;
    }
  });
});
