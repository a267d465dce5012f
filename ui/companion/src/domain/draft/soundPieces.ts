/**
 * What is heard, cut into the pieces that the core takes: WAV of one channel with 16,000 samples of 16 bits a second, as base64.
 * Each but the last has so many samples. Deliberately absent: a blob, which a browser may write to a file.
 */
export const RATE = 16_000;
/** Somewhat more than five seconds, and whole blocks of what the core keeps. */
export const PIECE = 20 * 4096;
/** Five minutes, as long as a note may be. */
export const LONGEST_SECONDS = 5 * 60;
export const LONGEST = LONGEST_SECONDS * RATE;

export class SoundPieces {
  #piece = new Int16Array(PIECE);
  #filled = 0;
  /** Of all that was heard. */
  samples = 0;

  get isFull(): boolean {
    return this.samples >= LONGEST;
  }

  /** Takes in what was heard, as far as a note may be long. Answers the pieces that are whole now. */
  add(heard: Float32Array): string[] {
    const whole: string[] = [];
    for (const sample of heard.subarray(0, LONGEST - this.samples)) {
      this.#piece[this.#filled] = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
      this.#filled += 1;
      if (this.#filled === PIECE) whole.push(this.#cut());
    }
    this.samples += Math.min(heard.length, LONGEST - this.samples);
    return whole;
  }

  /** What is left, shorter than a whole one; nothing where nothing is. */
  rest(): string | null {
    return this.#filled === 0 ? null : this.#cut();
  }

  #cut(): string {
    const piece = wav(this.#piece.subarray(0, this.#filled));
    this.#filled = 0;
    return base64(piece);
  }
}

/** The one head of 44 bytes that the core takes. */
function wav(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const words = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  words(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  words(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  words(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => view.setInt16(44 + index * 2, sample, true));
  return bytes;
}

/** In parts: a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x6000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x6000));
  return btoa(text);
}
