import type { Asker, FailureCode, SyncProgress } from "@baken/bindings";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { CURED_BY_TIME } from "../failure/curedByTime";
import { retryDelay, Synchronisation } from "./synchronisation.svelte";

const progress = (phase: SyncProgress["phase"], error: FailureCode | null = null): SyncProgress => ({
  phase,
  recordsTotal: 2,
  recordsSent: 0,
  bytesTotal: 10,
  bytesSent: 0,
  photoBytesTotal: 0,
  photoBytesSent: 0,
  photosWaiting: 0,
  photoBytesWaiting: 0,
  error,
  finishedAt: null,
});

function enabledOn(phase: SyncProgress["phase"]) {
  const syncStart = vi.fn<(asker: Asker) => Promise<void>>(() => Promise.resolve());
  const syncPause = vi.fn(() => Promise.resolve());
  const sync = new Synchronisation({
    syncStart,
    syncPause,
    syncStatus: () => Promise.resolve(progress(phase)),
    onSyncProgress: () => Promise.resolve(() => undefined),
  });
  return { sync, syncStart, syncPause };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("Synchronisation", () => {
  it("starts by itself once the store is open", async () => {
    const { sync, syncStart } = enabledOn("idle");
    await sync.enable();
    expect(syncStart).toHaveBeenCalledOnce();
  });

  it("says whether a person asks or the app by itself", async () => {
    const { sync, syncStart } = enabledOn("idle");
    await sync.enable();
    await sync.start();
    expect(syncStart.mock.calls).toEqual([["app"], ["person"]]);
  });

  it("leaves photos that wait for another network until it is told of one, or a person asks", async () => {
    const { sync, syncStart } = enabledOn("idle");
    await sync.enable();
    syncStart.mockClear();
    sync.receive(progress("sending"));
    sync.receive(progress("photos-wait"));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(syncStart).not.toHaveBeenCalled();
  });

  it("looks again a quarter of an hour after a run that went well, and not while it is locked or paused", async () => {
    const { sync, syncStart } = enabledOn("idle");
    await sync.enable();
    const wentWell = () => {
      sync.receive(progress("sending"));
      sync.receive(progress("done"));
      syncStart.mockClear();
    };
    wentWell();
    await vi.advanceTimersByTimeAsync(15 * 60_000 - 1);
    expect(syncStart).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(syncStart.mock.calls).toEqual([["app"]]);

    wentWell();
    await sync.pause();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(syncStart).not.toHaveBeenCalled();

    await sync.start();
    wentWell();
    sync.disable();
    sync.receive(progress("done"));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(syncStart).not.toHaveBeenCalled();
  });

  it("does not start while it runs, nor after a pause by the user", async () => {
    const running = enabledOn("sending");
    await running.sync.enable();
    expect(running.syncStart).not.toHaveBeenCalled();

    const paused = enabledOn("idle");
    await paused.sync.enable();
    await paused.sync.pause();
    paused.sync.startByItself();
    paused.sync.signed(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(paused.syncStart).toHaveBeenCalledOnce();
  });

  it("sends what was signed after three seconds, in one go, and what is acute at once", async () => {
    const { sync, syncStart } = enabledOn("idle");
    await sync.enable();
    sync.receive(progress("done"));
    syncStart.mockClear();
    sync.signed(false);
    await vi.advanceTimersByTimeAsync(2000);
    sync.signed(false);
    await vi.advanceTimersByTimeAsync(2999);
    expect(syncStart).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(syncStart).toHaveBeenCalledOnce();
    sync.receive(progress("done"));
    sync.signed(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(syncStart).toHaveBeenCalledTimes(2);
  });

  it("sends once more what was signed while it was sending", async () => {
    const { sync, syncStart } = enabledOn("sending");
    await sync.enable();
    sync.signed(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(syncStart).not.toHaveBeenCalled();
    sync.receive(progress("done"));
    await vi.advanceTimersByTimeAsync(0);
    expect(syncStart).toHaveBeenCalledOnce();
  });

  it("sends once more, once, whatever ended the run something was signed in", async () => {
    const ends: [SyncProgress["phase"], FailureCode | null][] = [
      ["done", null],
      ["paused", null],
      ["failed", "network"],
      ["failed", "receipt-invalid"],
      ["failed", "internal"],
    ];
    const starts = await Promise.all(
      ends.map(async ([phase, code]) => {
        const { sync, syncStart } = enabledOn("idle");
        await sync.enable();
        sync.receive(progress("sending"));
        syncStart.mockClear();
        sync.signed(true);
        await vi.advanceTimersByTimeAsync(1000);
        sync.receive(progress(phase, code));
        await vi.advanceTimersByTimeAsync(0);
        const atOnce = syncStart.mock.calls.length;
        sync.receive(progress("sending"));
        sync.receive(progress("done"));
        // All of them share this clock, and none has come to its schedule yet.
        await vi.advanceTimersByTimeAsync(120_000);
        return [atOnce, syncStart.mock.calls.length];
      }),
    );
    expect(starts).toEqual(ends.map(() => [1, 1]));
  });

  it("takes along what was signed before the first word of a run it asked for", async () => {
    const { sync, syncStart } = enabledOn("idle");
    await sync.enable();
    sync.signed(true);
    await vi.advanceTimersByTimeAsync(0);
    syncStart.mockClear();
    sync.receive(progress("sending"));
    sync.receive(progress("failed", "receipt-invalid"));
    await vi.advanceTimersByTimeAsync(0);
    expect(syncStart).toHaveBeenCalledOnce();
  });

  it("goes on after a pause that was resumed before the run had ended", async () => {
    const { sync, syncStart } = enabledOn("sending");
    await sync.enable();
    await sync.pause();
    await sync.start();
    syncStart.mockClear();
    sync.receive(progress("paused"));
    await vi.advanceTimersByTimeAsync(0);
    expect(syncStart).toHaveBeenCalledOnce();
  });

  it("keeps a pause by the user, also when something acute was signed in that run", async () => {
    const { sync, syncStart } = enabledOn("sending");
    await sync.enable();
    sync.signed(true);
    await sync.pause();
    sync.receive(progress("paused"));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(syncStart).not.toHaveBeenCalled();
  });

  it("starts after an unlock, once a run from before the lock has ended", async () => {
    const { sync, syncStart } = enabledOn("sending");
    await sync.enable();
    sync.receive(progress("paused"));
    await vi.advanceTimersByTimeAsync(0);
    expect(syncStart).toHaveBeenCalledOnce();
  });

  it("tries again after a failure of the network, not after one that needs a person", async () => {
    const { sync, syncStart } = enabledOn("idle");
    await sync.enable();
    syncStart.mockClear();
    sync.receive(progress("failed", "network"));
    await vi.advanceTimersByTimeAsync(retryDelay(1));
    expect(syncStart).toHaveBeenCalledOnce();
    sync.receive(progress("sending"));
    sync.receive(progress("failed", "revoked"));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(syncStart).toHaveBeenCalledOnce();
  });

  it("waits for a person after every failure that time does not cure", async () => {
    const codes = Object.keys(CURED_BY_TIME) as FailureCode[];
    const triedAgain = await Promise.all(
      codes.map(async (code) => {
        const { sync, syncStart } = enabledOn("idle");
        await sync.enable();
        syncStart.mockClear();
        sync.receive(progress("failed", code));
        await vi.advanceTimersByTimeAsync(3_600_000);
        return syncStart.mock.calls.length > 0;
      }),
    );
    expect(codes.filter((_, index) => triedAgain[index])).toEqual([
      "network",
      "network-sign-in",
      "gateway-unavailable",
      "gateway-refuses",
      "gateway-too-large",
      "certificate-untrusted",
      "certificate-other-name",
      "certificate-expired",
      "clock-wrong",
      "backend-error",
      "backend-too-old",
      "storage-full",
      "receipt-invalid",
      "content-refused",
      "content-older",
      "record-refused",
    ]);
  });

  it("does nothing by itself once the store is locked", async () => {
    const { sync, syncStart } = enabledOn("idle");
    await sync.enable();
    syncStart.mockClear();
    sync.signed(true);
    sync.disable();
    sync.startByItself();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(syncStart).not.toHaveBeenCalled();
  });
});

describe("retryDelay", () => {
  it("doubles from a minute up to a quarter of an hour", () => {
    expect([1, 2, 3, 4, 5, 20].map((failures) => retryDelay(failures) / 60_000)).toEqual([
      1, 2, 4, 8, 15, 15,
    ]);
  });
});
