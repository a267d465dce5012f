/**
 * The moment right after signing. A second tap of a gloved hand lands on whatever took the place of "Vastleggen";
 * for this long the main actions are not there to be hit.
 */
export const AFTER_SIGNING_MS = 1000;

type Clock = { now: () => number; after: (milliseconds: number, run: () => void) => void };

export class AfterSigning {
  readonly #clock: Clock;
  #signedAt = -Infinity;
  /** Whether taps still belong to the button that was there before. */
  settling = $state(false);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  signed(): void {
    this.#signedAt = this.#clock.now();
    this.settling = true;
    this.#clock.after(AFTER_SIGNING_MS, () => this.#check());
  }

  #check(): void {
    const left = this.#signedAt + AFTER_SIGNING_MS - this.#clock.now();
    if (left > 0) this.#clock.after(left, () => this.#check());
    else this.settling = false;
  }
}
