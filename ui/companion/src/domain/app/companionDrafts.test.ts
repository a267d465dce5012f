/** What was given is on disk in the end, whatever locks the app and however the disk behaves meanwhile. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Companion } from "./companion.svelte";
import { unlockedApp } from "./coreInMemory";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const refusal = (code: string) => Object.assign(new Error(code), { code });

/** An app on a disk that can be full or slow; it refuses what comes after the lock. */
function appOnDisk() {
  const disk = { texts: new Map<string, string>(), full: false, slowMs: 0 };
  const app = unlockedApp(async (form) => {
    if (disk.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, disk.slowMs));
    if (app.status.phase === "locked") throw refusal("locked");
    if (disk.full) throw refusal("disk-full");
    if (form.kind === "observation") disk.texts.set("1", form.narrative);
  });
  return { ...app, disk };
}

async function isOver(promise: Promise<unknown>) {
  await vi.advanceTimersByTimeAsync(2500);
  await promise.catch(() => undefined);
}

type App = ReturnType<typeof appOnDisk>;

const isSeen = ({ away, status }: Companion) => !away && status?.phase === "ready";

/** Whether a person could type it: the draft opened, and is still seen then. */
async function typed({ companion }: App, text: string): Promise<boolean> {
  if (!isSeen(companion)) return false;
  const editing = companion.edit("1");
  await isOver(editing);
  const editor = await editing;
  if (!isSeen(companion) || editor.form.kind !== "observation") return false;
  editor.form.narrative = text;
  editor.typed();
  return true;
}

async function unlocked(app: App) {
  await isOver(app.companion.lock());
  await isOver(app.unlock());
}

describe("what was typed", () => {
  it("is written after unlocking when the disk was full at the lock", async () => {
    const app = appOnDisk();
    await app.companion.begin();
    app.disk.full = true;
    await typed(app, "niet kwijt");
    await isOver(app.companion.hide());
    expect(app.log).toEqual(["lock"]);
    app.disk.full = false;
    await isOver(app.unlock());
    expect(app.disk.texts.get("1")).toBe("niet kwijt");
  });

  it("is written after unlocking when the core locked before it was on disk", async () => {
    const app = appOnDisk();
    await app.companion.begin();
    await typed(app, "laatste letters");
    app.status.phase = "locked";
    app.lockFromShell();
    await isOver(app.unlock());
    expect(app.disk.texts.get("1")).toBe("laatste letters");
  });

  it("is forgotten with the vault", async () => {
    const app = appOnDisk();
    await app.companion.begin();
    app.disk.full = true;
    await typed(app, "x");
    await isOver(app.companion.hide());
    await app.companion.follow(() => Promise.resolve({ ...app.status, phase: "destroyed" }));
    expect(app.companion.editors).toEqual([]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("comes to disk in any order of typing, locking, going away, full and slow disks, and time", async () => {
    const act = fc.oneof(
      { weight: 4, arbitrary: fc.constant("type") },
      { weight: 3, arbitrary: fc.constant("unlock") },
      fc.constantFrom(
        "hide",
        "core-locks",
        "away",
        "back",
        "camera",
        "full",
        "room",
        "slow",
        "quick",
        "wait",
      ),
    );
    let typedAtAll = 0;
    const check = fc.asyncProperty(fc.array(act, { maxLength: 25, size: "max" }), async (acts) => {
      const app = appOnDisk();
      await app.companion.begin();
      let last: string | undefined;
      for (const [number, act] of acts.entries()) {
        if (act === "type" && (await typed(app, `text ${number}`))) last = `text ${number}`;
        if (act === "unlock") await unlocked(app);
        if (act === "hide") void app.companion.hide();
        if (act === "core-locks") {
          app.status.phase = "locked";
          app.lockFromShell();
        }
        if (act === "away" || act === "back") app.companion.visibilityChanged(act === "away");
        if (act === "camera") app.companion.expectAbsence();
        if (act === "full" || act === "room") app.disk.full = act === "full";
        if (act === "slow" || act === "quick") app.disk.slowMs = act === "slow" ? 3000 : 0;
        await vi.advanceTimersByTimeAsync(act === "wait" ? 150_000 : 100);
      }
      if (last !== undefined) typedAtAll += 1;
      app.companion.visibilityChanged(false);
      Object.assign(app.disk, { full: false, slowMs: 0 });
      await vi.advanceTimersByTimeAsync(10_000);
      await unlocked(app);
      await vi.advanceTimersByTimeAsync(5000);
      expect(app.disk.texts.get("1")).toBe(last);
      await isOver(app.companion.lock());
      vi.clearAllTimers();
    });
    await fc.assert(check, { numRuns: 100 });
    expect(typedAtAll).toBeGreaterThan(30);
  }, 60_000);
});

describe("an answer that comes after the lock", () => {
  /** Asks for something, locks, and unlocks before the answer comes. */
  async function late<T>(ask: (app: App) => Promise<T>, answer: () => void) {
    const app = appOnDisk();
    await app.companion.begin();
    const asked = ask(app);
    const refused = expect(asked).rejects.toMatchObject({ code: "locked" });
    await unlocked(app);
    answer();
    await refused;
    return app.companion;
  }

  it("opens no draft that was asked for before it", async () => {
    let answer: () => void = () => undefined;
    const companion = await late(
      ({ companion }) => {
        const begun = companion.bridge.startDraft("observation");
        companion.bridge.startDraft = () => new Promise((resolve) => (answer = () => resolve(begun)));
        return companion.startDraft("observation", { from: "new-observation" });
      },
      () => answer(),
    );
    expect(companion.screen).toEqual({ name: "home" });
  });

  it("brings no draft into memory that was being read", async () => {
    let answer: () => void = () => undefined;
    const companion = await late(
      ({ companion }) => {
        const read = companion.bridge.draft("1");
        companion.bridge.draft = () => new Promise((resolve) => (answer = () => resolve(read)));
        return companion.edit("1");
      },
      () => answer(),
    );
    expect(companion.editors).toEqual([]);
  });

  it("shows no record that was being signed", async () => {
    let answer: () => void = () => undefined;
    const shown = vi.fn();
    await late(
      ({ companion }) =>
        companion
          .attempt(() => new Promise((resolve) => (answer = () => resolve({ urgency: null }))))
          .then(shown),
      () => answer(),
    );
    expect(shown).not.toHaveBeenCalled();
  });

  it("does not lock what was opened since, where it says that it found the store locked", async () => {
    const app = appOnDisk();
    await app.companion.begin();
    let refuse: () => void = () => undefined;
    const asked = app.companion.attempt(
      () => new Promise((_, reject) => (refuse = () => reject(refusal("locked")))),
    );
    const refused = expect(asked).rejects.toThrow();
    await unlocked(app);
    refuse();
    await refused;
    expect(app.companion.status?.phase).toBe("ready");
  });

  it("does not open the app where an enrolment ends after it", async () => {
    const app = appOnDisk();
    app.status.phase = "unenrolled";
    await app.companion.begin();
    let answer: () => void = () => undefined;
    const enrolled = app.companion.follow(
      () => new Promise((resolve) => (answer = () => resolve({ ...app.status, phase: "ready" }))),
    );
    await isOver(app.companion.lock());
    answer();
    await enrolled;
    app.companion.showAgain();
    expect(app.companion.status?.phase).toBe("locked");
  });
});
