/**
 * Brings every answer of one draft to disk, in order and never two writes at once.
 * While one write is under way only the newest form is kept for the next: the form is always whole,
 * so an older one in between carries nothing the newest lacks.
 * A failed write is tried again by itself until it succeeds; the form to be written is never dropped.
 */
export type SaveState = "saved" | "pending" | "saving" | "failed";

/** Longest time a typed letter waits for the next before it is written. */
export const TYPING_PAUSE_MS = 300;
const RETRY_MS = 2000;

type Options<Form, Saved> = {
  save: (form: Form) => Promise<Saved>;
  onState: (state: SaveState) => void;
  onSaved: (saved: Saved) => void;
  onFailed: (reason: unknown) => void;
};

export class SaveQueue<Form, Saved> {
  readonly #options: Options<Form, Saved>;
  #waiting: { form: Form } | null = null;
  #running: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(options: Options<Form, Saved>) {
    this.#options = options;
  }

  /** A choice was made: write it now. */
  changed(form: Form): void {
    this.#accept(form);
    this.#cancelTimer();
    void this.#run();
  }

  /** A letter was typed: write it when the typing rests, at the latest after {@link TYPING_PAUSE_MS}. */
  typed(form: Form): void {
    this.#accept(form);
    if (this.#timer === null && this.#running === null) this.#runAfter(TYPING_PAUSE_MS);
  }

  /** Writes what waits and resolves to whether all of it is on disk. */
  async flush(): Promise<boolean> {
    this.#cancelTimer();
    await this.#run();
    return this.#waiting === null;
  }

  /** Flushes, and then neither accepts nor retries anything: the draft was finalised, discarded or left. */
  async close(): Promise<boolean> {
    const saved = await this.flush();
    this.#closed = true;
    this.#cancelTimer();
    return saved;
  }

  #accept(form: Form): void {
    if (this.#closed) return;
    this.#waiting = { form };
    if (this.#running === null) this.#options.onState("pending");
  }

  #run(): Promise<void> {
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting !== null && !this.#closed) {
      const { form } = this.#waiting;
      this.#waiting = null;
      this.#options.onState("saving");
      try {
        this.#options.onSaved(await this.#options.save(form));
      } catch (reason) {
        // A newer form that came in meanwhile replaces the failed one; otherwise the failed one waits again.
        this.#waiting ??= { form };
        this.#options.onState("failed");
        this.#options.onFailed(reason);
        this.#runAfter(RETRY_MS);
        return;
      }
    }
    if (this.#waiting === null) this.#options.onState("saved");
  }

  #runAfter(milliseconds: number): void {
    if (this.#closed) return;
    this.#cancelTimer();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#run();
    }, milliseconds);
  }

  #cancelTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
