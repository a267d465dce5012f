/**
 * When the screen has to lock by itself: nobody touched it for the set time, or it went out of sight.
 * Time is read from the clock and not counted by a timer alone, since a phone stops timers while it sleeps.
 * Taking a photo leaves the app on purpose; for that, and only for a short while, going out of sight is expected.
 */
type Options = {
  now: () => number;
  /** Milliseconds without a touch after which to lock; 0 switches it off. */
  idleMs: () => number;
  lock: () => void;
};

/** How long the camera or file chooser may cover the app. */
export const EXPECTED_ABSENCE_MS = 120_000;
/** After the return, how long the camera's answer may take before going out of sight locks again. */
const ANSWER_MS = 5000;
const CHECK_MS = 1000;

export class IdleLock {
  readonly #options: Options;
  #touchedAt: number;
  #absentUntil = 0;
  #inSight = true;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#touchedAt = options.now();
  }

  start(): void {
    this.#touchedAt = this.#options.now();
    this.#absentUntil = 0;
    this.#timer ??= setInterval(() => this.check(), CHECK_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  touched(): void {
    this.#touchedAt = this.#options.now();
  }

  /** The camera is about to cover the app. */
  expectAbsence(): void {
    this.#absentUntil = this.#options.now() + EXPECTED_ABSENCE_MS;
  }

  /** The camera gave an answer, or was left. */
  absenceEnded(): void {
    this.#absentUntil = 0;
    this.touched();
  }

  /** The app went out of sight. */
  hidden(): void {
    this.#inSight = false;
    if (this.#timer !== null && this.#options.now() >= this.#absentUntil) this.#options.lock();
  }

  /** The app is in sight again. */
  shown(): void {
    this.check();
    this.#inSight = true;
    if (this.#absentUntil !== 0)
      this.#absentUntil = Math.min(this.#absentUntil, this.#options.now() + ANSWER_MS);
  }

  /** Runs every second by itself. */
  check(): void {
    if (this.#timer === null) return;
    const now = this.#options.now();
    if (now < this.#absentUntil) return;
    if (this.#absentUntil !== 0) {
      if (this.#inSight) this.absenceEnded();
      else this.#options.lock();
      return;
    }
    const idleMs = this.#options.idleMs();
    if (idleMs > 0 && now - this.#touchedAt >= idleMs) this.#options.lock();
  }
}
