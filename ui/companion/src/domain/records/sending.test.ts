import type { FailureCode, StateCounts, SyncPhase } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { CURED_BY_TIME } from "../failure/curedByTime";
import { sendingLine, sendingWords, stateWords, waitingText } from "./recordState";
import { isNone, sending, standing, standingCounts, waiting, type Sending } from "./sending";

const NONE: StateCounts = { finalised: 0, sending: 0, acknowledged: 0, failed: 0 };
const PHASES: readonly SyncPhase[] = [
  "idle",
  "preparing",
  "sending",
  "photos",
  "fetching",
  "done",
  "photos-wait",
  "paused",
  "failed",
];
const NO_PHOTOS = { photosWaiting: 0, photoBytesWaiting: 0 };
const RUNNING: readonly SyncPhase[] = ["preparing", "sending", "photos", "fetching"];
const CODES = [null, ...(Object.keys(CURED_BY_TIME) as FailureCode[])];

/** Every combination of what the core can say: none may lead to screens that contradict each other. */
function* everything() {
  const counts = [0, 1].flatMap((finalised) =>
    [0, 2].flatMap((sent) =>
      [0, 5].flatMap((acknowledged) =>
        [0, 1].map((failed) => ({ finalised, sending: sent, acknowledged, failed })),
      ),
    ),
  );
  for (const phase of PHASES)
    for (const error of phase === "failed" ? CODES : [null])
      // What the store remembers of earlier runs counts only where this one has not ended.
      for (const lastSyncError of phase === "failed" ? [null, "network" as const] : CODES)
        for (const pausedByUser of [false, true])
          for (const observations of counts) {
            const home = { observations, inspections: NONE, contacts: NONE, lastSyncError };
            const running = RUNNING.includes(phase);
            const held =
              phase === "photos-wait" ? { photosWaiting: 2, photoBytesWaiting: 3_400_000 } : NO_PHOTOS;
            yield { running, pausedByUser, progress: { phase, error, ...held }, home };
          }
}

type Known = Parameters<typeof sending>[0];

/** What does not hold, so that one comparison tells all of it. */
function broken(holds: (now: Sending, known: Known) => boolean): Known[] {
  return [...everything()].filter((known) => !holds(sending(known), known));
}

describe("how sending stands", () => {
  it("never calls everything received while anything is not, whatever the core says", () => {
    const left = ({ home }: Known) => !isNone(waiting(home)) || home.observations.failed > 0;
    expect(broken((now, known) => !["received", "nothing"].includes(now.kind) || !left(known))).toEqual([]);
    expect(
      broken(
        (now) => now.kind === "running" || (sendingWords(now).tone === "ok") === (now.kind === "received"),
      ),
    ).toEqual([]);
  });

  it("says that something is not received while something waits, and not when all is", () => {
    const waits = ({ home }: Known) => !isNone(waiting(home));
    expect(
      broken((now, known) => now.kind === "running" || !waits(known) || waitingText(now) !== null),
    ).toEqual([]);
    expect(broken((now) => now.kind !== "received" || waitingText(now) === null)).toEqual([]);
  });

  it("alarms only about what a person must act on", () => {
    const alarms = (now: Sending) => now.kind !== "running" && sendingWords(now).tone === "error";
    expect(broken((now) => alarms(now) === (now.kind === "stopped" || now.kind === "refused"))).toEqual([]);
    expect(broken((now) => now.kind !== "stopped" || !CURED_BY_TIME[now.code])).toEqual([]);
  });

  it("says of a record that it is being sent only while something is", () => {
    const seen = new Map<string, Set<string>>();
    for (const known of everything())
      for (const state of ["finalised", "sending", "acknowledged", "failed"] as const) {
        const now = sending(known);
        const { text } = stateWords(
          {
            state,
            receivedAt: null,
            receiptNumber: null,
            photos: 0,
            spoken: 0,
            attachmentsSent: 0,
            failure: null,
          },
          now,
        );
        seen.set(text, (seen.get(text) ?? new Set()).add(`${state} ${now.kind}`));
      }
    const when = (text: string) => [...(seen.get(text) ?? [])];
    expect(when("Wordt verzonden")).toEqual(["sending running"]);
    expect(when("Ontvangen").every((it) => it.startsWith("acknowledged"))).toBe(true);
    expect(when("Mislukt").every((it) => it.startsWith("failed"))).toBe(true);
    expect(when("Vastgelegd op dit toestel (wacht op netwerk)").sort()).toEqual([
      "finalised offline",
      "sending offline",
    ]);
  });

  it("counts each record once, as what it is", () => {
    const home = {
      observations: { finalised: 1, sending: 2, acknowledged: 5, failed: 1 },
      inspections: { ...NONE, sending: 1 },
      contacts: NONE,
    };
    const counted = (running: boolean) =>
      standingCounts(home, running).map(({ standing: how, counts }) => [
        how,
        counts.observations,
        counts.inspections,
      ]);
    expect(counted(false)).toEqual([
      ["failed", 1, 0],
      ["under-way", 0, 0],
      ["waits", 3, 1],
      ["received", 5, 0],
    ]);
    expect(counted(true)).toEqual([
      ["failed", 1, 0],
      ["under-way", 2, 1],
      ["waits", 1, 0],
      ["received", 5, 0],
    ]);
  });
});

describe("without a network", () => {
  const home = {
    observations: { ...NONE, sending: 9 },
    inspections: NONE,
    contacts: NONE,
    lastSyncError: "network",
  } as const;
  const now = sending({
    running: false,
    pausedByUser: false,
    progress: { phase: "idle", error: null, ...NO_PHOTOS },
    home,
  });

  it("waits, and is told in one line", () => {
    expect(now.kind).toBe("offline");
    expect(sendingLine(now)).toBe("Geen netwerk. Gaat vanzelf: 9 waarnemingen.");
    expect(standing({ state: "sending", receivedAt: null }, false)).toBe("waits");
  });

  it("is not told at all once everything is received", () => {
    const received = { ...home, observations: { ...NONE, acknowledged: 9 } };
    const progress = { phase: "idle", error: null, ...NO_PHOTOS } as const;
    const known = { running: false, pausedByUser: false, progress };
    expect(sending({ ...known, home: received }).kind).toBe("received");
  });
});

describe("over a network that is paid by the byte", () => {
  const known = {
    running: false,
    pausedByUser: false,
    progress: { phase: "photos-wait", error: null, photosWaiting: 2, photoBytesWaiting: 3_400_000 },
    home: {
      observations: { ...NONE, sending: 1, acknowledged: 4 },
      inspections: NONE,
      contacts: NONE,
      lastSyncError: null,
    },
  } as const;
  const now = sending(known);

  it("says how many photos wait for another, and how large they are, without alarm", () => {
    expect(now).toMatchObject({ kind: "photos-wait", photos: 2, bytes: 3_400_000 });
    expect(now.kind !== "running" && sendingWords(now)).toMatchObject({
      tone: "quiet",
      heading: "2 bijlagen wachten op een gratis netwerk",
    });
    expect(waitingText(now)).toBe("Grootte: 3,4 MB.");
    expect(sendingLine(now)).toBe("2 bijlagen wachten op een gratis netwerk");
  });

  it("says nothing of it of what was signed since, which goes by itself", () => {
    const home = { ...known.home, observations: { ...known.home.observations, finalised: 1 } };
    expect(sending({ ...known, home }).kind).toBe("soon");
  });

  it("does not say that all else was received where something was refused", () => {
    const home = { ...known.home, observations: { ...known.home.observations, failed: 1 } };
    expect(sending({ ...known, home }).kind).not.toBe("photos-wait");
  });
});
