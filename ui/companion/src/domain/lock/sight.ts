/**
 * Whether somebody is there: the last touch, and whether the app is in sight. It says when that is too long ago.
 * Taking a photo leaves the app on purpose; for that, and only for a short while, going out of sight is expected.
 *
 * Time is read from the clock with every event and not counted by a timer alone, since a phone stops timers while it
 * sleeps. What the clock says only ever adds: a clock that is set back would give an open app the hours again.
 * Deliberately absent: timers and the lock itself. Pure functions, each from one state to the next.
 */

/** How long a file chooser or the system's own question may cover the app. */
export const EXPECTED_ABSENCE_MS = 120_000;
/** After the return, how long the chooser's answer may take before going out of sight locks again. */
const ANSWER_MS = 5000;
/** After the answer, how long the return may take: Android brings the answer just before it shows the app again. */
export const RETURN_MS = 2000;
/** How often the core is told of touches. */
export const TELL_MS = 5000;

/** Milliseconds of this state's own count, but for `clock`. */
export type Sight = {
  readonly inSight: boolean;
  /** What has passed; it never goes back. */
  readonly now: number;
  /** What the device's clock said last, in milliseconds since 1970. */
  readonly clock: number;
  readonly touchedAt: number;
  readonly toldAt: number;
  /** Set while going out of sight is expected; `answered` once only the return is still to come. */
  readonly absence: { readonly until: number; readonly answered: boolean } | null;
};

export const sightAt = (clock: number): Sight => ({
  inSight: true,
  now: 0,
  clock,
  touchedAt: 0,
  toldAt: -Infinity,
  absence: null,
});

export const passed = (sight: Sight, clock: number): Sight => ({
  ...sight,
  now: sight.now + Math.max(0, clock - sight.clock),
  clock,
});

/**
 * The app was opened: whoever did that is there. Where the question for a finger still covers the app, the return is to
 * come.
 */
export const opened = (sight: Sight): Sight =>
  isExpected(sight) ? absenceEnded(sight) : { ...touched(sight), absence: null };

export const touched = (sight: Sight): Sight => ({ ...sight, touchedAt: sight.now });

/** Whether the core does not know yet that somebody is there. */
export const untold = (sight: Sight): boolean => sight.now - sight.toldAt >= TELL_MS;

export const told = (sight: Sight): Sight => ({ ...sight, toldAt: sight.now });

/** A file chooser, or the system's own question, is about to cover the app. */
export const absenceExpected = (sight: Sight): Sight => ({
  ...sight,
  absence: { until: sight.now + EXPECTED_ABSENCE_MS, answered: false },
});

/** What was waited for gave an answer, or was left. An app that stays out of sight after that locks. */
export const absenceEnded = (sight: Sight): Sight => ({
  ...touched(sight),
  absence: sight.inSight ? null : { until: soonest(sight, RETURN_MS), answered: true },
});

export const outOfSight = (sight: Sight): Sight => ({ ...sight, inSight: false });

export function backInSight(sight: Sight): Sight {
  const { absence } = sight;
  if (absence === null || absence.answered) return { ...sight, inSight: true, absence: null };
  return { ...sight, inSight: true, absence: { until: soonest(sight, ANSWER_MS), answered: false } };
}

/** Whether nothing more than that is in front of the app. */
export const isExpected = (sight: Sight): boolean =>
  sight.absence !== null && sight.now < sight.absence.until;

/** An absence that is over is none any more, as long as the app is in sight: then the time without a touch begins. */
export const lookedAt = (sight: Sight): Sight =>
  sight.absence !== null && sight.inSight && !isExpected(sight) ? absenceEnded(sight) : sight;

/** Whether an open app has to lock. `idleMs`: without a touch, after which it does; 0 switches that off. */
export function isOver(sight: Sight, idleMs: number): boolean {
  if (isExpected(sight)) return false;
  if (sight.absence !== null && !sight.inSight) return true;
  return idleMs > 0 && sight.now - sight.touchedAt >= idleMs;
}

/** So many milliseconds from now, or when the absence ends if that is sooner. */
const soonest = (sight: Sight, milliseconds: number): number =>
  Math.min(sight.absence?.until ?? 0, sight.now + milliseconds);
