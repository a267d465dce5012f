import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { SaveQueue, TYPING_PAUSE_MS, type SaveState } from "./saveQueue";

/** A store whose writes end when the test says so. */
function controlledStore() {
  const writes: { form: string; succeed: () => void; fail: (reason: unknown) => void }[] = [];
  const states: SaveState[] = [];
  const failures: unknown[] = [];
  let open = 0;
  let mostOpen = 0;
  const queue = new SaveQueue<string, string>({
    save: (form) => {
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      return new Promise((resolve, reject) => {
        writes.push({
          form,
          succeed: () => {
            open -= 1;
            resolve(form);
          },
          fail: (reason) => {
            open -= 1;
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
            reject(reason);
          },
        });
      });
    },
    onState: (state) => states.push(state),
    onSaved: () => undefined,
    onFailed: (reason) => failures.push(reason),
  });
  const write = (index: number) => {
    const found = writes[index];
    if (!found) throw new Error(`write ${index} was not made`);
    return found;
  };
  return {
    queue,
    write,
    states,
    failures,
    forms: () => writes.map(({ form }) => form),
    mostOpen: () => mostOpen,
  };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("SaveQueue", () => {
  it("writes a choice at once", () => {
    const store = controlledStore();
    store.queue.changed("a");
    expect(store.forms()).toEqual(["a"]);
  });

  it("writes typed text within the pause, however long the typing goes on", async () => {
    const store = controlledStore();
    store.queue.typed("a");
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS - 1);
    store.queue.typed("ab");
    expect(store.forms()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.forms()).toEqual(["ab"]);
  });

  it("never has two writes under way, and writes only the newest after the first", async () => {
    const store = controlledStore();
    store.queue.changed("a");
    store.queue.changed("b");
    store.queue.typed("c");
    expect(store.forms()).toEqual(["a"]);
    store.write(0).succeed();
    await settle();
    expect(store.forms()).toEqual(["a", "c"]);
    expect(store.mostOpen()).toBe(1);
    store.write(1).succeed();
    await settle();
    expect(store.states.at(-1)).toBe("saved");
  });

  it("is not saved while something still waits", async () => {
    const store = controlledStore();
    store.queue.changed("a");
    store.queue.changed("b");
    store.write(0).succeed();
    await settle();
    expect(store.states).not.toContain("saved");
  });

  it("keeps a failed form and writes it again until it succeeds", async () => {
    const store = controlledStore();
    store.queue.changed("a");
    store.write(0).fail({ code: "disk-full" });
    await settle();
    expect(store.states.at(-1)).toBe("failed");
    expect(store.failures).toEqual([{ code: "disk-full" }]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(store.forms()).toEqual(["a", "a"]);
    store.write(1).succeed();
    await settle();
    expect(store.states.at(-1)).toBe("saved");
  });

  it("writes the newer form after a failure, not the failed one", async () => {
    const store = controlledStore();
    store.queue.changed("a");
    store.queue.changed("b");
    store.write(0).fail({ code: "disk-full" });
    await settle();
    await vi.advanceTimersByTimeAsync(2000);
    expect(store.forms()).toEqual(["a", "b"]);
  });

  it("flush writes typed text without waiting and tells that it is on disk", async () => {
    const store = controlledStore();
    store.queue.typed("a");
    const flushed = store.queue.flush();
    expect(store.forms()).toEqual(["a"]);
    store.write(0).succeed();
    await expect(flushed).resolves.toBe(true);
  });

  it("flush waits for a write under way and for what came after it", async () => {
    const store = controlledStore();
    store.queue.changed("a");
    store.queue.typed("b");
    const flushed = store.queue.flush();
    store.write(0).succeed();
    await settle();
    expect(store.forms()).toEqual(["a", "b"]);
    store.write(1).succeed();
    await expect(flushed).resolves.toBe(true);
  });

  it("flush tells when something could not be written", async () => {
    const store = controlledStore();
    store.queue.typed("a");
    const flushed = store.queue.flush();
    store.write(0).fail({ code: "disk-full" });
    await expect(flushed).resolves.toBe(false);
  });

  it("does not write again once closed", async () => {
    const store = controlledStore();
    store.queue.changed("a");
    const closed = store.queue.close();
    store.write(0).succeed();
    await closed;
    store.queue.changed("b");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.forms()).toEqual(["a"]);
  });
});
