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
  /** Tells the core, which locks by itself should this screen hang. At most once in {@link TELL_MS}. */
  tellCore: () => void;
};

/** How long the camera or file chooser may cover the app. */
export const EXPECTED_ABSENCE_MS = 120_000;
/** After the return, how long the camera's answer may take before going out of sight locks again. */
const ANSWER_MS = 5000;
/** After the answer, how long the return may take: Android brings the answer just before it shows the app again. */
export const RETURN_MS = 2000;
const CHECK_MS = 1000;
/** How often the core is told of touches. */
export const TELL_MS = 5000;

export class IdleLock {
  readonly #options: Options;
  #touchedAt: number;
  #toldAt = -Infinity;
  /** Set while going out of sight is expected; `answered` once only the return is still to come. */
  #absence: { until: number; answered: boolean } | null = null;
  #inSight = true;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#touchedAt = options.now();
  }

  get inSight(): boolean {
    return this.#inSight;
  }

  start(): void {
    this.#touchedAt = this.#options.now();
    this.#absence = null;
    this.#timer ??= setInterval(() => this.check(), CHECK_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  touched(): void {
    this.#touchedAt = this.#options.now();
    if (this.#timer === null || this.#touchedAt - this.#toldAt < TELL_MS) return;
    this.#toldAt = this.#touchedAt;
    this.#options.tellCore();
  }

  /** The camera, or the system's own question, is about to cover the app. */
  expectAbsence(): void {
    this.#absence = { until: this.#options.now() + EXPECTED_ABSENCE_MS, answered: false };
  }

  /** What was waited for gave an answer, or was left. An app that stays out of sight after that locks. */
  absenceEnded(): void {
    this.touched();
    if (this.#inSight) this.#absence = null;
    else this.#absence = { until: this.#soonest(RETURN_MS), answered: true };
  }

  /** The app went out of sight. */
  hidden(): void {
    this.#inSight = false;
    if (this.#timer !== null && !this.#expected()) this.#options.lock();
  }

  /** The app is in sight again. */
  shown(): void {
    this.check();
    this.#inSight = true;
    if (this.#absence?.answered) this.#absence = null;
    else if (this.#absence) this.#absence.until = this.#soonest(ANSWER_MS);
  }

  /** Runs every second by itself. */
  check(): void {
    if (this.#timer === null || this.#expected()) return;
    if (this.#absence !== null) {
      if (this.#inSight) this.absenceEnded();
      else this.#options.lock();
      return;
    }
    const idleMs = this.#options.idleMs();
    if (idleMs > 0 && this.#options.now() - this.#touchedAt >= idleMs) this.#options.lock();
  }

  #expected(): boolean {
    return this.#absence !== null && this.#options.now() < this.#absence.until;
  }

  /** So many milliseconds from now, or when the absence ends if that is sooner. */
  #soonest(milliseconds: number): number {
    return Math.min(this.#absence?.until ?? 0, this.#options.now() + milliseconds);
  }
}
