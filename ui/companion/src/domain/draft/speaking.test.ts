import { afterEach, describe, expect, it, vi } from "vitest";

import { editorInMemory, microphoneInMemory } from "./soundInMemory";
import { LONGEST, PIECE, RATE } from "./soundPieces";
import { Speaking } from "./speaking.svelte";

vi.mock("./microphone.worklet.ts?worker&url", () => ({ default: "worklet.js" }));
afterEach(() => vi.unstubAllGlobals());

async function begun() {
  const [given, core] = [microphoneInMemory(), editorInMemory()];
  const heardSomebody = vi.fn();
  const speaking = new Speaking(core.editor, heardSomebody);
  const started = speaking.start();
  given.give();
  await started;
  return { ...given, ...core, speaking, heardSomebody };
}

const loud = (count: number) => new Float32Array(count).fill(0.3);
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("Speaking", () => {
  it("gives each piece to the core as soon as it is whole, and the rest when it is stopped", async () => {
    const { speaking, hear, log, editor } = await begun();
    expect([editor.untouched, editor.onDisk]).toEqual([false, false]);
    hear(loud(PIECE));
    await settled();
    expect(log).toEqual(["begin d"]);
    hear(loud(PIECE + RATE));
    expect(speaking.seconds).toBe(11);
    await speaking.stop();
    expect(log).toEqual(["begin d", "continue n 1", "continue n 2", "end n"]);
    expect(editor.spoken.all.map(({ milliseconds, brokenOff }) => [milliseconds, brokenOff])).toEqual([
      [11_240, false],
    ]);
    expect([editor.untouched, editor.onDisk]).toEqual([false, true]);
  });

  it("tells with each piece that somebody uses the app, and of a silence nothing", async () => {
    const { speaking, hear, heardSomebody } = await begun();
    hear(loud(2 * PIECE));
    expect(heardSomebody).toHaveBeenCalledTimes(1);
    hear(loud(PIECE));
    expect(heardSomebody).toHaveBeenCalledTimes(2);
    hear(new Float32Array(4 * RATE));
    hear(new Float32Array(PIECE));
    expect(heardSomebody).toHaveBeenCalledTimes(2);
    await speaking.stop();
  });

  it("ends once, however often it is stopped", async () => {
    const { speaking, hear, log } = await begun();
    hear(loud(9));
    await Promise.all([speaking.stop(), speaking.stop()]);
    expect(log).toEqual(["begin d", "end n"]);
  });

  it("leaves no note where nothing was heard", async () => {
    const { speaking, log, editor } = await begun();
    await speaking.stop();
    expect([log, editor.spoken.any]).toEqual([[], false]);
  });

  it("is stopped, with all that was said, before the screen goes away or the draft is signed", async () => {
    const first = await begun();
    first.hear(loud(9));
    await first.editor.written();
    expect(first.log).toEqual(["begin d", "end n"]);
    expect(first.track.stop).toHaveBeenCalled();
    const second = await begun();
    second.hear(loud(9));
    await second.editor.finalise();
    expect(second.log).toEqual(["begin d", "end n", "finalise d"]);
  });

  it("stops at what the core could not take, says so, and calls the note broken off", async () => {
    const { speaking, hear, log, refusing, editor, track } = await begun();
    hear(loud(PIECE));
    await settled();
    refusing.code = "disk-full";
    hear(loud(2 * PIECE));
    await settled();
    expect(track.stop).toHaveBeenCalled();
    await speaking.stop();
    expect(log).toEqual(["begin d", "continue n 1"]);
    expect([speaking.failure?.code, speaking.keptSeconds]).toEqual(["disk-full", 5]);
    expect(editor.spoken.all[0]?.brokenOff).toBe(true);
    expect(editor.onDisk).toBe(true);
  });

  it("stops by itself at five minutes", async () => {
    const { speaking, hear, log, track } = await begun();
    hear(loud(LONGEST));
    await speaking.stop();
    expect([speaking.full, speaking.seconds, log.at(-1)]).toEqual([true, 300, "end n"]);
    expect(track.stop).toHaveBeenCalledOnce();
  });

  it("says that nothing is heard after three silent seconds, and no longer than that", async () => {
    const { speaking, hear } = await begun();
    hear(new Float32Array(2 * RATE));
    expect(speaking.silent).toBe(false);
    hear(new Float32Array(RATE));
    expect(speaking.silent).toBe(true);
    hear(loud(1024));
    expect(speaking.silent).toBe(false);
    await speaking.stop();
  });

  it("gives a note words and takes it out", async () => {
    const { speaking, hear, log, editor } = await begun();
    hear(loud(9));
    await speaking.stop();
    await editor.spoken.caption("n", " de kok ");
    await editor.spoken.caption("n", "de kok");
    expect(editor.spoken.all[0]?.caption).toBe("de kok");
    await editor.spoken.remove("n");
    expect(log.slice(2)).toEqual(["caption n  de kok ", "remove n"]);
    expect(editor.spoken.any).toBe(false);
  });
});
