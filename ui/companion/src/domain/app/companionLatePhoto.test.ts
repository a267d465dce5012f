import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { LATE_PHOTO_MS, type LatePhoto } from "../draft/latePhotos.svelte";
import type { Companion } from "./companion.svelte";
import { unlockedApp } from "./coreInMemory";

function waiting({ latePhotos }: Companion): LatePhoto {
  const photo = latePhotos.of("1");
  if (!photo) throw new Error("no photo waits for the draft");
  return photo;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("with a photo that comes back after the lock", () => {
  const read = () => Promise.resolve("base64");

  async function lockedBehindTheCamera() {
    const app = unlockedApp();
    await app.companion.begin();
    const editor = await app.companion.edit("1");
    editor.photoBegun();
    await app.companion.lock();
    await app.companion.addPhoto(editor, read);
    return app;
  }

  it("keeps it for its draft, and takes it in when whoever unlocks wants it", async () => {
    const { companion, log, unlock, photoIn } = await lockedBehindTheCamera();
    await vi.advanceTimersByTimeAsync(LATE_PHOTO_MS - 1);
    await unlock();
    const editor = await companion.edit("1");
    expect(waiting(companion).read).not.toBeNull();
    expect(companion.latePhotos.of("2")).toBeUndefined();
    const added = companion.addLatePhoto(editor, waiting(companion));
    await vi.advanceTimersByTimeAsync(0);
    photoIn();
    await added;
    expect(log).toEqual(["lock", "photo 1"]);
    expect(editor.photos).toHaveLength(1);
    expect(companion.latePhotos.of("1")).toBeUndefined();
  });

  it("lets it go after ten minutes behind the lock, and still tells that there was one", async () => {
    const { companion, unlock } = await lockedBehindTheCamera();
    await vi.advanceTimersByTimeAsync(LATE_PHOTO_MS);
    await unlock();
    expect(companion.latePhotos.of("1")?.read).toBeNull();
  });

  it("does not throw away a draft that holds nothing else, until the photo is not wanted", async () => {
    const { companion, log, unlock } = await lockedBehindTheCamera();
    await unlock();
    companion.screens.open({ name: "draft", id: "1", kind: "observation" });
    const editor = await companion.edit("1");
    companion.screens.home();
    await companion.settled();
    expect(log).toEqual(["lock"]);
    companion.screens.open({ name: "draft", id: "1", kind: "observation" });
    companion.forgetLatePhoto(editor, waiting(companion));
    companion.screens.home();
    await companion.settled();
    expect(log).toEqual(["lock", "discard 1"]);
  });

  it("does not throw away its draft either when that was opened again before the photo came", async () => {
    const { companion, log, unlock } = unlockedApp();
    await companion.begin();
    const before = await companion.edit("1");
    before.photoBegun();
    await companion.lock();
    await unlock();
    companion.screens.open({ name: "draft", id: "1", kind: "observation" });
    await companion.edit("1");
    await companion.addPhoto(before, read);
    companion.screens.home();
    await companion.settled();
    expect(companion.latePhotos.of("1")).toBeDefined();
    expect(log).toEqual(["lock"]);
  });

  it("keeps the one that did not make it before the lock", async () => {
    const { companion, log, photoIn } = unlockedApp();
    await companion.begin();
    const added = companion.addPhoto(await companion.edit("1"), read);
    void companion.hide();
    await vi.advanceTimersByTimeAsync(2000);
    expect(log).toEqual(["lock"]);
    photoIn();
    await added;
    expect(companion.latePhotos.of("1")?.read).toBe(read);
  });

  it("keeps nothing of what was taken in at once, nor of what could not be read", async () => {
    const { companion, photoIn } = unlockedApp();
    await companion.begin();
    const editor = await companion.edit("1");
    const added = companion.addPhoto(editor, read);
    await vi.advanceTimersByTimeAsync(0);
    photoIn();
    await added;
    const unreadable = () => Promise.reject(Object.assign(new Error(), { code: "photo-unreadable" }));
    await expect(companion.addPhoto(editor, unreadable)).rejects.toThrow();
    expect(companion.latePhotos.of("1")).toBeUndefined();
  });

  it("keeps a photo of which there is no other copy, whatever keeps it from being stored", async () => {
    const { companion } = unlockedApp();
    await companion.begin();
    const editor = await companion.edit("1");
    const full = () => Promise.reject(Object.assign(new Error(), { code: "storage-full" }));
    await expect(companion.addPhoto(editor, full, "the-only-one")).rejects.toThrow();
    expect(companion.latePhotos.of("1")?.read).toBe(full);
  });

  it("forgets it with its draft, and with everything when the vault is gone", async () => {
    const discarded = await lockedBehindTheCamera();
    await discarded.unlock();
    await discarded.companion.discardDraft("1");
    expect(discarded.companion.latePhotos.of("1")).toBeUndefined();

    const destroyed = await lockedBehindTheCamera();
    await destroyed.companion.follow(() => Promise.resolve({ ...destroyed.status, phase: "destroyed" }));
    expect(destroyed.companion.latePhotos.of("1")).toBeUndefined();
  });
});
