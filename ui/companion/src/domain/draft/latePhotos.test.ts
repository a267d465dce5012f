import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { LATE_PHOTO_MS, LatePhotos, type LatePhoto } from "./latePhotos.svelte";

const read = () => Promise.resolve("base64");

function photosBehind(lock: { open: boolean }) {
  return new LatePhotos({ now: () => Date.now(), unlocked: () => lock.open });
}

function first(photos: LatePhotos): LatePhoto {
  const photo = photos.of("1");
  if (!photo) throw new Error("no photo waits");
  return photo;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("LatePhotos", () => {
  it("holds on to a photo for ten minutes behind the lock, and not longer", () => {
    const photos = photosBehind({ open: false });
    photos.keep("1", read);
    vi.advanceTimersByTime(LATE_PHOTO_MS - 1);
    expect(photos.of("1")?.read).toBe(read);
    vi.advanceTimersByTime(1);
    expect(photos.of("1")?.read).toBeNull();
  });

  it("holds on to it while the app is open, however long the answer takes, until it locks again", () => {
    const lock = { open: true };
    const photos = photosBehind(lock);
    photos.keep("1", read);
    vi.advanceTimersByTime(2 * LATE_PHOTO_MS);
    expect(photos.of("1")?.read).toBe(read);
    lock.open = false;
    photos.letGo();
    expect(photos.of("1")?.read).toBeNull();
  });

  it("goes by the clock where timers slept", () => {
    const photos = photosBehind({ open: false });
    photos.keep("1", read);
    vi.setSystemTime(Date.now() + LATE_PHOTO_MS);
    photos.letGo();
    expect(photos.of("1")?.read).toBeNull();
  });

  it("asks about one after the other", () => {
    const photos = photosBehind({ open: true });
    const other = () => Promise.resolve("other");
    photos.keep("1", read);
    photos.keep("1", other);
    photos.settled(first(photos));
    expect(first(photos).read).toBe(other);
    photos.settled(first(photos));
    expect(photos.of("1")).toBeUndefined();
  });

  it("forgets those of one draft, or all", () => {
    const photos = photosBehind({ open: true });
    for (const draft of ["1", "2", "3"]) photos.keep(draft, read);
    photos.clear("1");
    expect(["1", "2", "3"].map((draft) => photos.of(draft) !== undefined)).toEqual([false, true, true]);
    photos.clear();
    expect(photos.of("2") ?? photos.of("3")).toBeUndefined();
  });
});
