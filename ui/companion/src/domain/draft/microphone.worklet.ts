/**
 * Runs beside the page, in the browser's thread of sound, and hands on what the microphone hears. Whole messages of a
 * sixteenth of a second: a message for each of the browser's own blocks of 128 would be many.
 */
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const MESSAGE = 1024;

class Heard extends AudioWorkletProcessor {
  #samples = new Float32Array(MESSAGE);
  #filled = 0;

  process([input]: readonly (readonly Float32Array[])[]): boolean {
    const channel = input?.[0];
    if (!channel) return true;
    for (const sample of channel) {
      this.#samples[this.#filled] = sample;
      this.#filled += 1;
      if (this.#filled === MESSAGE) this.#hand();
    }
    return true;
  }

  #hand(): void {
    this.port.postMessage(this.#samples, [this.#samples.buffer]);
    this.#samples = new Float32Array(MESSAGE);
    this.#filled = 0;
  }
}

registerProcessor("heard", Heard);
