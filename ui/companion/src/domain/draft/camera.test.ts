import { afterEach, describe, expect, it, vi } from "vitest";

import { Camera } from "./camera.svelte";

/** A camera that is there, with a track that remembers whether it was let go of. */
function stream() {
  const track = { stop: vi.fn(), onended: null as (() => void) | null, onmute: null as (() => void) | null };
  return { track, stream: { getTracks: () => [track] } as unknown as MediaStream };
}

/** The system answers when the test says so. */
function asked() {
  let resolve: (stream: MediaStream) => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<MediaStream>((given, refused) => {
    resolve = given;
    reject = refused;
  });
  promise.catch(() => undefined);
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: () => promise } });
  return { resolve, reject };
}

const video = () => ({ srcObject: null, play: () => Promise.resolve() }) as unknown as HTMLVideoElement;

afterEach(() => vi.unstubAllGlobals());

describe("Camera", () => {
  it("is live once the system gives it, and let go of when its screen closes", async () => {
    const [answer, given, camera] = [asked(), stream(), new Camera()];
    const started = camera.start(video());
    expect(camera.state).toBe("starting");
    answer.resolve(given.stream);
    await started;
    expect(camera.state).toBe("live");
    camera.stop();
    expect(given.track.stop).toHaveBeenCalledOnce();
  });

  it("lets go of what comes when its screen is gone, and films nothing", async () => {
    const [answer, given, camera] = [asked(), stream(), new Camera()];
    const started = camera.start(video());
    camera.stop();
    answer.resolve(given.stream);
    await started;
    expect(given.track.stop).toHaveBeenCalledOnce();
    expect(camera.state).not.toBe("live");
  });

  it("shows the answer to the last question, whatever comes to an earlier one", async () => {
    const [first, late, camera] = [asked(), stream(), new Camera()];
    const before = camera.start(video());
    const [second, given] = [asked(), stream()];
    const now = camera.start(video());
    second.resolve(given.stream);
    await now;
    first.resolve(late.stream);
    await before;
    expect(camera.state).toBe("live");
    expect(late.track.stop).toHaveBeenCalledOnce();
    expect(given.track.stop).not.toHaveBeenCalled();
  });

  it.each([
    ["NotAllowedError", "refused"],
    ["SecurityError", "refused"],
    ["NotFoundError", "absent"],
    ["OverconstrainedError", "absent"],
    ["NotReadableError", "in-use"],
    ["AbortError", "in-use"],
  ])("says of %s that it is %s, and can be asked again", async (name, state) => {
    const [answer, camera] = [asked(), new Camera()];
    answer.reject(new DOMException("", name));
    await camera.start(video());
    expect(camera.state).toBe(state);
    const [again, given] = [asked(), stream()];
    again.resolve(given.stream);
    await camera.start(video());
    expect(camera.state).toBe("live");
  });

  it("says that it is not there where a web view has none to give", async () => {
    vi.stubGlobal("navigator", {});
    const camera = new Camera();
    await camera.start(video());
    expect(camera.state).toBe("absent");
  });

  it.each(["onended", "onmute"] as const)(
    "notices when it is taken away or gives nothing any more (%s)",
    async (event) => {
      const [answer, given, camera] = [asked(), stream(), new Camera()];
      answer.resolve(given.stream);
      await camera.start(video());
      given.track[event]?.();
      expect(camera.state).toBe("ended");
      expect(given.track.stop).toHaveBeenCalled();
    },
  );

  describe("take", () => {
    const seen = { videoWidth: 1600, videoHeight: 1200 } as HTMLVideoElement;
    const canvas = (context: object | null, url: string) =>
      vi.stubGlobal("document", {
        createElement: () => ({ width: 0, height: 0, getContext: () => context, toDataURL: () => url }),
      });

    it("gives what is seen as base64 of a JPEG", () => {
      const drawImage = vi.fn();
      canvas({ drawImage }, "data:image/jpeg;base64,/9j/4A==");
      expect(new Camera().take(seen)).toBe("/9j/4A==");
      expect(drawImage).toHaveBeenCalledWith(seen, 0, 0);
    });

    it("takes nothing black or empty for a photo", () => {
      const context = { drawImage: vi.fn() };
      canvas(null, "data:image/jpeg;base64,AA==");
      expect(() => new Camera().take(seen)).toThrow();
      canvas(context, "data:image/jpeg;base64,AA==");
      expect(() => new Camera().take({ videoWidth: 0, videoHeight: 0 } as HTMLVideoElement)).toThrow();
      canvas(context, "data:,");
      expect(() => new Camera().take(seen)).toThrow();
    });
  });
});
