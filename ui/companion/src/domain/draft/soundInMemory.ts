/** For the tests: a microphone that hears what the test says, and a core that keeps pieces until it is told not to. */
import type { Draft, SpokenNote } from "@baken/bindings";
import { vi } from "vitest";

import type { Bridge } from "../../shared/bridge";
import { DraftEditor } from "./draftEditor.svelte";
import { RATE } from "./soundPieces";

/** What the browser has, as far as it is used. */
export function microphoneInMemory(rate = RATE) {
  const track = { stop: vi.fn(), onended: null as (() => void) | null, onmute: null as (() => void) | null };
  const ports: { onmessage: ((event: { data: Float32Array }) => void) | null }[] = [];
  const context = {
    sampleRate: rate,
    audioWorklet: { addModule: vi.fn(() => Promise.resolve()) },
    createMediaStreamSource: () => ({ connect: () => undefined }),
    resume: () => Promise.resolve(),
    close: vi.fn(() => Promise.resolve()),
  };
  vi.stubGlobal(
    "AudioContext",
    vi.fn(function () {
      return context;
    }),
  );
  vi.stubGlobal(
    "AudioWorkletNode",
    vi.fn(function () {
      const port = { onmessage: null };
      ports.push(port);
      return { port };
    }),
  );
  let answer: (stream: MediaStream) => void = () => undefined;
  let refuse: (reason: Error) => void = () => undefined;
  const asked = new Promise<MediaStream>((resolve, reject) => {
    answer = resolve;
    refuse = reject;
  });
  asked.catch(() => undefined);
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: () => asked } });
  return {
    track,
    context,
    give: () => answer({ getTracks: () => [track] } as unknown as MediaStream),
    refuse: (name: string) => refuse(new DOMException("no", name)),
    hear: (samples: Float32Array) => ports.at(-1)?.onmessage?.({ data: samples }),
  };
}

/** A draft on a core that keeps notes, and how many samples of each. */
export function editorInMemory() {
  const log: string[] = [];
  const refusing: { code: string | null } = { code: null };
  let milliseconds = 0;
  const told = (base64: string): Promise<SpokenNote> => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
    if (refusing.code) return Promise.reject({ code: refusing.code, message: "", fields: [] });
    milliseconds += ((atob(base64).length - 44) / 2 / RATE) * 1000;
    return Promise.resolve(note());
  };
  const note = (brokenOff = true): SpokenNote => ({
    ...{ id: "n", milliseconds, brokenOff, caption: "", takenAt: "2026-11-23T10:00:00Z" },
  });
  const bridge: Partial<Bridge> = {
    beginSpoken: (draft, base64) => {
      log.push(`begin ${draft}`);
      return told(base64);
    },
    continueSpoken: (id, place, base64) => {
      log.push(`continue ${id} ${place}`);
      return told(base64);
    },
    endSpoken: (id) => {
      log.push(`end ${id}`);
      return Promise.resolve(note(false));
    },
    captionPhoto: (id, caption) => {
      log.push(`caption ${id} ${caption}`);
      return Promise.resolve();
    },
    removePhoto: (id) => {
      log.push(`remove ${id}`);
      return Promise.resolve();
    },
    finalise: (id) => {
      log.push(`finalise ${id}`);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
      return Promise.reject({ code: "invalid", message: "", fields: [] });
    },
  };
  const draft = {
    ...{ id: "d", amends: null, form: { kind: "observation", narrative: "", place: {} } },
    ...{ photos: [], spoken: [], startedAt: "1", savedAt: "1", warnings: [], unanswered: [] },
  } as unknown as Draft;
  return { editor: new DraftEditor(bridge as Bridge, draft), log, refusing };
}
