import { afterEach, describe, expect, it, vi } from "vitest";

import { canListen, Microphone } from "./microphone.svelte";
import { microphoneInMemory } from "./soundInMemory";

vi.mock("./microphone.worklet.ts?worker&url", () => ({ default: "worklet.js" }));
afterEach(() => vi.unstubAllGlobals());

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("Microphone", () => {
  it("hears once the system gives it, says how loud, and is let go of when it is stopped", async () => {
    const [given, microphone, heard] = [microphoneInMemory(), new Microphone(), vi.fn()];
    const started = microphone.start(heard);
    expect(microphone.state).toBe("starting");
    given.give();
    await started;
    expect(microphone.state).toBe("live");
    given.hear(Float32Array.of(0, -0.25, 0.1));
    expect(heard).toHaveBeenCalledOnce();
    expect(microphone.level).toBeCloseTo(0.5);
    microphone.stop();
    given.hear(Float32Array.of(1));
    expect([microphone.state, microphone.level, heard.mock.calls.length]).toEqual(["stopped", 0, 1]);
    expect(given.track.stop).toHaveBeenCalledOnce();
    expect(given.context.close).toHaveBeenCalledOnce();
  });

  it("lets go of what comes when it was stopped, and hears nothing", async () => {
    const [given, microphone] = [microphoneInMemory(), new Microphone()];
    const started = microphone.start(vi.fn());
    microphone.stop();
    given.give();
    await started;
    expect(given.track.stop).toHaveBeenCalledOnce();
    expect(microphone.state).toBe("stopped");
  });

  it.each([
    ["NotAllowedError", "refused"],
    ["SecurityError", "refused"],
    ["NotFoundError", "absent"],
    ["OverconstrainedError", "absent"],
    ["NotReadableError", "in-use"],
    ["AbortError", "in-use"],
  ])("says of %s that it is %s", async (name, fault) => {
    const [given, microphone] = [microphoneInMemory(), new Microphone()];
    const started = microphone.start(vi.fn());
    given.refuse(name);
    await started;
    expect(microphone.state).toBe(fault);
  });

  it.each(["onended", "onmute"] as const)("has ended at %s, as when a call comes in", async (event) => {
    const [given, microphone, heard] = [microphoneInMemory(), new Microphone(), vi.fn()];
    const started = microphone.start(heard);
    given.give();
    await started;
    given.track[event]?.();
    expect(microphone.state).toBe("ended");
    given.hear(Float32Array.of(1));
    expect(heard).not.toHaveBeenCalled();
  });

  it("takes no sound at another rate, which would be kept at another length", async () => {
    const [given, microphone] = [microphoneInMemory(48_000), new Microphone()];
    const started = microphone.start(vi.fn());
    given.give();
    await started;
    expect(microphone.state).toBe("absent");
    expect(given.track.stop).toHaveBeenCalledOnce();
  });

  it("is told when the permission is taken away", async () => {
    const [given, microphone] = [microphoneInMemory(), new Microphone()];
    const started = microphone.start(vi.fn());
    given.give();
    await started;
    microphone.withdrawn();
    expect(microphone.state).toBe("refused");
    await settled();
  });

  it("is offered only where the web view can hand on samples", () => {
    microphoneInMemory();
    expect(canListen()).toBe(true);
    vi.stubGlobal("AudioWorkletNode", undefined);
    expect(canListen()).toBe(false);
    microphoneInMemory();
    vi.stubGlobal("navigator", {});
    expect(canListen()).toBe(false);
  });
});
