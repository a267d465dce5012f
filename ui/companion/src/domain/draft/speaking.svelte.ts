/**
 * Somebody speaks into a draft: what is heard goes to the core piece by piece, one after the other, and the note ends when it
 * is stopped. What the core could not take is said, and nothing is heard after it: a note has no holes.
 */
import type { CommandError, SpokenNote } from "@baken/bindings";

import { commandError } from "../../shared/bridge";
import type { DraftEditor } from "./draftEditor.svelte";
import { Microphone } from "./microphone.svelte";
import { RATE, SoundPieces } from "./soundPieces";

/** So long without a sound, and one is told that nothing is heard. */
const SILENT_SAMPLES = 3 * RATE;
/** On the scale of the level; a room at night is louder. */
const SILENCE = 0.02;

export class Speaking {
  readonly microphone = new Microphone();
  /** How long it is so far. */
  seconds = $state(0);
  /** Whether nothing was heard for a while: a hand may lie on the microphone. */
  silent = $state(false);
  /** Whether it is as long as a note may be. */
  full = $state(false);
  /** Why what was said last is not kept. */
  failure = $state.raw<CommandError | null>(null);
  readonly #editor: DraftEditor;
  readonly #heardSomebody: () => void;
  readonly #pieces = new SoundPieces();
  #note: SpokenNote | null = null;
  #given = 0;
  #quiet = 0;
  /** Pieces on their way to the core, in their order. */
  #kept: Promise<void> = Promise.resolve();
  #ended: Promise<void> | null = null;

  /** `heardSomebody`: the app is told that somebody uses it. */
  constructor(editor: DraftEditor, heardSomebody: () => void) {
    this.#editor = editor;
    this.#heardSomebody = heardSomebody;
  }

  /** How much of it the core has. */
  get keptSeconds(): number {
    return Math.floor((this.#note?.milliseconds ?? 0) / 1000);
  }

  async start(): Promise<void> {
    this.#editor.spoken.begins(this);
    await this.microphone.start((samples) => this.#heard(samples));
  }

  /** Stops listening. Resolves once everything that was said is on disk, or could not be. */
  stop(): Promise<void> {
    this.microphone.stop();
    this.#ended ??= this.#end();
    return this.#ended;
  }

  #heard(samples: Float32Array): void {
    const pieces = this.#pieces.add(samples);
    for (const piece of pieces) this.#give(piece);
    this.seconds = Math.floor(this.#pieces.samples / RATE);
    this.#quiet = this.microphone.level < SILENCE ? this.#quiet + samples.length : 0;
    this.silent = this.#quiet >= SILENT_SAMPLES;
    // Whoever speaks uses the app, and touches nothing. Of a silence the lock is not kept waiting.
    if (pieces.length > 0 && !this.silent) this.#heardSomebody();
    if (!this.#pieces.isFull) return;
    this.full = true;
    void this.stop();
  }

  #give(piece: string): void {
    const place = this.#given;
    this.#given += 1;
    this.#kept = this.#kept.then(() => this.#keep(place, piece));
  }

  async #keep(place: number, piece: string): Promise<void> {
    if (this.failure) return;
    try {
      this.#note = await this.#editor.spoken.say(this.#note, place, piece);
    } catch (reason) {
      this.failure = commandError(reason);
      this.microphone.stop();
    }
  }

  async #end(): Promise<void> {
    const rest = this.#pieces.rest();
    if (rest !== null) this.#give(rest);
    await this.#kept;
    try {
      if (this.#note && !this.failure) await this.#editor.spoken.ended(this.#note);
    } catch (reason) {
      this.failure = commandError(reason);
    } finally {
      this.#editor.spoken.stopped(this);
    }
  }
}
