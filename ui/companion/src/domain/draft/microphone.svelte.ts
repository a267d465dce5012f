/**
 * The microphone, as long as somebody speaks: what it hears goes from memory to whoever asked, and into no file on the way.
 * Samples and not a recording of the browser's: that is a blob, which it may write to a file, in a format that differs by browser.
 *
 * Whatever the system answers late is let go of: nothing listens once it was stopped.
 */
import { devices } from "./camera.svelte";
import worklet from "./microphone.worklet.ts?worker&url";
import { RATE } from "./soundPieces";

/** Refused by the person or the system, not there at all, used by another app, or taken away while it heard. */
export type MicrophoneFault = "refused" | "absent" | "in-use" | "ended";
export type MicrophoneState = "starting" | "live" | "stopped" | MicrophoneFault;

/** One channel. A voice is told apart from the engine room it speaks in; there is no loudspeaker to be heard again. */
const WANTED: MediaStreamConstraints = {
  video: false,
  audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true },
};

/** Whether this web view has a microphone to ask for, and hands its samples on. */
export const canListen = (): boolean =>
  devices() !== undefined && typeof AudioContext !== "undefined" && typeof AudioWorkletNode !== "undefined";

export class Microphone {
  state = $state<MicrophoneState>("starting");
  /** How loud it is, from 0 to 1. */
  level = $state(0);
  #stream: MediaStream | null = null;
  #context: AudioContext | null = null;
  #turn = 0;

  /** Asks for it, and tells what it hears. Asking again after a fault begins anew. */
  async start(heard: (samples: Float32Array) => void): Promise<void> {
    this.#letGo();
    const turn = ++this.#turn;
    this.state = "starting";
    try {
      const asked =
        devices()?.getUserMedia(WANTED) ?? Promise.reject(new DOMException("none", "NotFoundError"));
      const stream = await asked;
      if (turn !== this.#turn) {
        letGo(stream);
        return;
      }
      this.#stream = stream;
      const gone = () => {
        if (turn === this.#turn) this.#fail("ended");
      };
      // One that is muted hears nothing: another app has it, or a call came in.
      for (const track of stream.getTracks()) [track.onended, track.onmute] = [gone, gone];
      const context = new AudioContext({ sampleRate: RATE });
      this.#context = context;
      // What came at another rate would be kept at another length.
      if (context.sampleRate !== RATE) throw new DOMException("rate", "NotFoundError");
      await context.audioWorklet.addModule(worklet);
      if (turn !== this.#turn) return;
      const node = new AudioWorkletNode(context, "heard", { numberOfOutputs: 0, channelCount: 1 });
      node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
        if (turn !== this.#turn) return;
        this.level = loudness(data);
        heard(data);
      };
      context.createMediaStreamSource(stream).connect(node);
      await context.resume();
      if (turn === this.#turn) this.state = "live";
    } catch (reason) {
      if (turn === this.#turn) this.#fail(faultOf(reason));
    }
  }

  /** The person took the permission away. */
  withdrawn(): void {
    this.#fail("refused");
  }

  /** Nothing is heard any more, whatever is still to be answered. */
  stop(): void {
    this.#letGo();
    if (this.state === "live" || this.state === "starting") this.state = "stopped";
  }

  #fail(fault: MicrophoneFault): void {
    this.#letGo();
    this.state = fault;
  }

  #letGo(): void {
    this.#turn += 1;
    this.level = 0;
    if (this.#stream) letGo(this.#stream);
    void this.#context?.close().catch(() => undefined);
    [this.#stream, this.#context] = [null, null];
  }
}

function letGo(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    [track.onended, track.onmute] = [null, null];
    track.stop();
  }
}

/** The highest point, on a scale on which a voice moves more than a bang. */
function loudness(samples: Float32Array): number {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return Math.min(1, Math.sqrt(peak));
}

/** By the names of the specification (Media Capture and Streams, 10.2). */
function faultOf(reason: unknown): MicrophoneFault {
  const name = reason instanceof DOMException ? reason.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "absent";
  return "in-use";
}
