/** The spoken notes of one draft, as the core has them, and what is being said into it at this moment. */
import type { SpokenNote } from "@baken/bindings";

import type { Bridge } from "../../shared/bridge";

/** What can be stopped, and is done once all that was said is on disk or could not be. */
type BeingSaid = { stop: () => Promise<void> };

export class SpokenNotes {
  readonly #draft: string;
  readonly #bridge: Bridge;
  all: SpokenNote[];
  #now = $state.raw<BeingSaid | null>(null);

  constructor(bridge: Bridge, draft: string, notes: readonly SpokenNote[]) {
    this.#bridge = bridge;
    this.#draft = draft;
    this.all = $state.raw([...notes]);
  }

  /** Whether there is something in it, or is about to be. */
  get any(): boolean {
    return this.all.length > 0 || this.#now !== null;
  }

  get beingSaid(): boolean {
    return this.#now !== null;
  }

  begins(speaking: BeingSaid): void {
    this.#now = speaking;
  }

  stopped(speaking: BeingSaid): void {
    if (this.#now === speaking) this.#now = null;
  }

  /** Whoever is speaking is stopped: the draft is about to be signed, or the screen to go away. */
  async stop(): Promise<void> {
    await this.#now?.stop();
  }

  /** A piece of what is said; the first begins a note. */
  async say(note: SpokenNote | null, place: number, piece: string): Promise<SpokenNote> {
    const told =
      note === null
        ? await this.#bridge.beginSpoken(this.#draft, piece)
        : await this.#bridge.continueSpoken(note.id, place, piece);
    return this.#keep(told);
  }

  /** All of it was said. */
  async ended(note: SpokenNote): Promise<void> {
    this.#keep(await this.#bridge.endSpoken(note.id));
  }

  async caption(id: string, caption: string): Promise<void> {
    const note = this.all.find((one) => one.id === id);
    if (!note || note.caption === caption.trim()) return;
    await this.#bridge.captionPhoto(id, caption);
    this.#keep({ ...note, caption: caption.trim() });
  }

  async remove(id: string): Promise<void> {
    await this.#bridge.removePhoto(id);
    this.all = this.all.filter((note) => note.id !== id);
  }

  #keep(told: SpokenNote): SpokenNote {
    const known = this.all.some(({ id }) => id === told.id);
    this.all = known ? this.all.map((note) => (note.id === told.id ? told : note)) : [...this.all, told];
    return told;
  }
}
