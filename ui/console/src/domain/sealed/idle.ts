/**
 * Closing what must not stay open unattended. Counted on the wall clock and looked at every few seconds: a
 * single timer stands still while a laptop sleeps, and would leave a key open for whoever lifts the lid.
 * A minute before the end it warns (WCAG 2.2.1); any touch starts the time again.
 */
const LOOK_MS = 5_000;
const WARN_MS = 60_000;

export class IdleWatch {
  #deadline = 0;
  #warned = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly limitMs: number,
    readonly onIdle: () => void,
    readonly onWarning: (soon: boolean) => void = () => undefined,
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
    this.#warn(false);
  }

  /** Somebody is there: the time starts again, unless it was over already. */
  touched(): void {
    this.look();
    if (this.#timer === undefined) return;
    this.#deadline = this.now() + this.limitMs;
    this.#warn(false);
  }

  look(): void {
    if (this.#timer === undefined) return;
    const left = this.#deadline - this.now();
    if (left <= 0) {
      this.stop();
      this.onIdle();
    } else if (left <= WARN_MS) {
      this.#warn(true);
    }
  }

  #warn(soon: boolean): void {
    if (this.#warned === soon) return;
    this.#warned = soon;
    this.onWarning(soon);
  }
}
