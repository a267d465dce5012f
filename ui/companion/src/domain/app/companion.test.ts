import type { RecordSummary } from "@baken/bindings";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { EXPECTED_ABSENCE_MS } from "../lock/sight";
import { AFTER_SIGNING_MS } from "./afterSigning.svelte";
import type { Companion } from "./companion.svelte";
import { lockedApp, unlockedApp } from "./coreInMemory";

async function typeInto(companion: Companion, id: string, text: string) {
  const editor = await companion.edit(id);
  if (editor.form.kind === "observation") editor.form.narrative = text;
  editor.typed();
  return editor;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("Companion", () => {
  it("paints the neutral screen before anything else, writes what was typed, and only then locks", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    await typeInto(companion, "1", "laatste letters");
    const hidden = companion.hide();
    expect(companion.away).toBe(true);
    expect(log).toEqual([]);
    await hidden;
    expect(log).toEqual(["save 1 laatste letters", "lock"]);
    expect(companion.status?.phase).toBe("locked");
  });

  it("locks also when the last answer cannot be written in time", async () => {
    const { companion, log } = unlockedApp(() => new Promise(() => undefined));
    await companion.begin();
    await typeInto(companion, "1", "x");
    const hidden = companion.hide();
    await vi.advanceTimersByTimeAsync(2000);
    await hidden;
    expect(log).toEqual(["lock"]);
  });

  it("goes back from a screen, and from home paints the neutral screen and leaves the app", async () => {
    const { companion, log, pressBack } = unlockedApp();
    await companion.begin();
    companion.screens.open({ name: "settings" });
    pressBack();
    expect(log).toEqual([]);
    companion.screens.popped(null);
    pressBack();
    expect(companion.away).toBe(true);
    expect(log).toEqual(["leave"]);
    await companion.hide();
    expect(log).toEqual(["leave", "lock"]);
  });

  it("looks every second whether somebody is there, and no more once it locked", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    await vi.advanceTimersByTimeAsync(120_000 - 1);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(["lock"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("locks once when several reasons come together", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    await Promise.all([companion.hide(), companion.lock()]);
    companion.visibilityChanged(true);
    expect(log).toEqual(["lock"]);
  });

  it("shows home after unlocking, never the record that was open", async () => {
    const { companion, unlock } = unlockedApp();
    await companion.begin();
    companion.screens.open({ name: "record", operation: "1", kind: "observation" });
    await companion.hide();
    await unlock();
    expect(companion.screen).toEqual({ name: "home" });
    expect(companion.away).toBe(false);
  });

  it("follows the shell when it locks by itself", async () => {
    const { companion, status, lockFromShell } = unlockedApp();
    await companion.begin();
    status.phase = "locked";
    lockFromShell();
    await vi.advanceTimersByTimeAsync(0);
    expect(companion.status?.phase).toBe("locked");
  });

  it("keeps a draft in memory that could not be written, and gives it back when it is opened again", async () => {
    let full = true;
    const { companion, log } = unlockedApp(() =>
      full ? Promise.reject(new Error("full")) : Promise.resolve(),
    );
    await companion.begin();
    const editor = await typeInto(companion, "1", "niet kwijt");
    await companion.edit("2");
    expect(await companion.edit("1")).toBe(editor);
    full = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(log).toContain("save 1 niet kwijt");
    expect(editor.onDisk).toBe(true);
  });

  it("throws away a draft that was only looked at, when it is left or the app locks", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    companion.screens.open({ name: "draft", id: "1", kind: "observation" });
    await companion.edit("1");
    companion.screens.home();
    await companion.settled();
    expect(log).toEqual(["discard 1"]);
    companion.screens.open({ name: "draft", id: "2", kind: "observation" });
    await companion.edit("2");
    await companion.hide();
    expect(log).toEqual(["discard 1", "discard 2", "lock"]);
  });

  it("keeps a draft in which anything was answered", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    companion.screens.open({ name: "draft", id: "1", kind: "observation" });
    await typeInto(companion, "1", "x");
    companion.screens.home();
    await companion.settled();
    expect(log).toEqual(["save 1 x"]);
  });

  it("keeps a draft that waits for the camera, also when the app is left for longer than it stays open", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    companion.screens.open({ name: "draft", id: "1", kind: "observation" });
    (await companion.edit("1")).photoBegun();
    companion.expectAbsence();
    companion.visibilityChanged(true);
    await vi.advanceTimersByTimeAsync(EXPECTED_ABSENCE_MS);
    expect(log).toEqual(["lock"]);
  });

  it("throws away a draft of which the camera was left without a photo", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    const editor = await companion.edit("1");
    editor.photoBegun();
    editor.photoCancelled();
    await companion.hide();
    expect(log).toEqual(["discard 1", "lock"]);
  });

  it("keeps a draft that is left while its photo is being taken in, and the photo with it", async () => {
    const { companion, log, photoIn } = unlockedApp();
    await companion.begin();
    companion.screens.open({ name: "draft", id: "1", kind: "observation" });
    const editor = await companion.edit("1");
    const added = editor.addPhoto(Promise.resolve("base64"));
    companion.screens.home();
    await companion.settled();
    await companion.edit("2");
    expect(await companion.edit("1")).toBe(editor);
    photoIn();
    await added;
    expect(log).toEqual(["photo 1"]);
    expect(editor.photos).toHaveLength(1);
  });

  it("locks only after the photo that is being taken in, but does not wait for it for long", async () => {
    const { companion, log, photoIn } = unlockedApp();
    await companion.begin();
    void (await companion.edit("1")).addPhoto(Promise.resolve("base64"));
    const hidden = companion.hide();
    await vi.advanceTimersByTimeAsync(1999);
    expect(log).toEqual([]);
    photoIn();
    await hidden;
    expect(log).toEqual(["photo 1", "lock"]);

    const never = unlockedApp();
    await never.companion.begin();
    void (await never.companion.edit("1")).addPhoto(Promise.resolve("base64"));
    void never.companion.hide();
    await vi.advanceTimersByTimeAsync(2000);
    expect(never.log).toEqual(["lock"]);
  });

  it("starts nothing on the second tap of the one that signed", async () => {
    const { companion } = unlockedApp();
    await companion.begin();
    companion.signed({ urgency: null } as RecordSummary);
    await companion.startDraft("observation", { from: "new-observation" });
    expect(companion.screen).toEqual({ name: "home" });
    await vi.advanceTimersByTimeAsync(AFTER_SIGNING_MS);
    await companion.startDraft("observation", { from: "new-observation" });
    expect(companion.screen).toEqual({ name: "draft", id: "1", kind: "observation" });
  });

  it("opens a draft afresh once it was written", async () => {
    const { companion } = unlockedApp();
    await companion.begin();
    const editor = await typeInto(companion, "1", "x");
    expect(await companion.edit("1")).not.toBe(editor);
  });

  describe("while it is being unlocked", () => {
    it("hides at once when asked to, and ends locked without showing home", async () => {
      const { companion, log, openVault } = await lockedApp();
      const unlocked = companion.unlock("secret");
      await companion.hide();
      expect(companion.away).toBe(true);
      openVault();
      await unlocked;
      expect(companion.away).toBe(true);
      await vi.advanceTimersByTimeAsync(0);
      expect(log).toEqual(["lock"]);
      expect(companion.status?.phase).toBe("locked");
      expect(companion.away).toBe(true);
    });

    it("obeys Shift pressed three times", async () => {
      const { companion, log, openVault } = await lockedApp();
      const unlocked = companion.unlock("secret");
      for (const timeStamp of [1, 2, 3])
        companion.keyPressed({ key: "Shift", repeat: false, timeStamp } as KeyboardEvent);
      openVault();
      await unlocked;
      await vi.advanceTimersByTimeAsync(0);
      expect(log).toEqual(["lock"]);
    });

    it("ends locked when it went out of sight, also when it is in sight again by then", async () => {
      const { companion, log, openVault } = await lockedApp();
      const unlocked = companion.unlock("secret");
      companion.visibilityChanged(true);
      companion.visibilityChanged(false);
      openVault();
      await unlocked;
      expect(companion.away).toBe(true);
      await vi.advanceTimersByTimeAsync(0);
      expect(log).toEqual(["lock"]);
    });

    it("leaves the neutral screen up however often it is touched", async () => {
      const { companion, openVault } = await lockedApp();
      const unlocked = companion.unlock("secret");
      await companion.hide();
      companion.showAgain();
      expect(companion.away).toBe(true);
      openVault();
      await unlocked;
      await vi.advanceTimersByTimeAsync(0);
      companion.showAgain();
      expect(companion.away).toBe(false);
      expect(companion.status?.phase).toBe("locked");
    });

    it("forgets that it was asked once the secret proved wrong", async () => {
      const { companion, log, openVault, refuseSecret } = await lockedApp();
      const refused = companion.unlock("wrong");
      await companion.hide();
      refuseSecret();
      await expect(refused).rejects.toThrow();
      companion.showAgain();
      const unlocked = companion.unlock("secret");
      openVault();
      await unlocked;
      expect(companion.away).toBe(false);
      expect(log).toEqual([]);
    });

    it("hides on the first use too, while the secret is being set", async () => {
      const { companion, log, status, openVault } = unlockedApp();
      status.phase = "new";
      await companion.begin();
      const created = companion.createVault("secret");
      await companion.hide();
      openVault();
      await created;
      expect(companion.away).toBe(true);
      await vi.advanceTimersByTimeAsync(0);
      expect(log).toEqual(["lock"]);
    });
  });

  it("locks at once when it begins unlocked and out of sight", async () => {
    const { companion, log } = unlockedApp();
    companion.visibilityChanged(true);
    await companion.begin();
    expect(companion.away).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(["lock"]);
  });

  it("does not show home when an enrolment ends while it locks", async () => {
    const { companion, log, status } = unlockedApp();
    status.phase = "unenrolled";
    await companion.begin();
    const hidden = companion.hide();
    await companion.follow(() => Promise.resolve({ ...status, phase: "ready" }));
    expect(companion.away).toBe(true);
    await hidden;
    expect(companion.away).toBe(true);
    expect(log).toEqual(["lock"]);
  });

  it("does nothing when asked to hide while it is locked", async () => {
    const { companion, log } = await lockedApp();
    await companion.hide();
    expect(companion.away).toBe(false);
    expect(log).toEqual([]);
  });
});
