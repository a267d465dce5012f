/**
 * Closing what must not stay open unattended. Counted on the wall clock and looked at every few seconds: a
 * single timer stands still while a laptop sleeps, and would leave a key open for whoever lifts the lid.
 */
const LOOK_MS = 5_000;

export class IdleWatch {
  #deadline = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly limitMs: number,
    readonly onIdle: () => void,
    readonly now: () => number = () => Date.now(),
  ) {}

  start(): void {
    this.stop();
    this.#deadline = this.now() + this.limitMs;
    this.#timer = setInterval(() => {
      this.look();
    }, LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Somebody is there: the time starts again, unless it was over already. */
  touched(): void {
    this.look();
    if (this.#timer !== undefined) this.#deadline = this.now() + this.limitMs;
  }

  look(): void {
    if (this.#timer === undefined || this.now() < this.#deadline) return;
    this.stop();
    this.onIdle();
  }
}
