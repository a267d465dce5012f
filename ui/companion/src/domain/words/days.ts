/** Days as people name them: today by that word, others by weekday and date, where the municipality is. */
import { getLocale } from "../../paraglide/runtime";
import * as m from "../../paraglide/messages";
import { timeZone } from "./zone";

const LANGUAGES = { nl: "nl-NL", en: "en-GB" } as const;

/** "2026-11-24": the same for every moment of one day. */
export function calendarDayOf(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const { year, month, day } = parts(at, { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${year}-${month}-${day}`;
}

/** "Vandaag", "Dinsdag 24 november"; the year only where it is another one. */
export function dayName(instant: string, now: Date): string {
  if (calendarDayOf(instant) === calendarDayOf(now.toISOString())) return m.day_today();
  const at = new Date(instant);
  const sameYear = calendarDayOf(instant).slice(0, 4) === calendarDayOf(now.toISOString()).slice(0, 4);
  return inFull(at, sameYear ? {} : { year: "numeric" });
}

/** "Dinsdag 24 november" */
export function inFull(at: Date, more: Intl.DateTimeFormatOptions = {}): string {
  const options = { weekday: "long", day: "numeric", month: "long", ...more } as const;
  const name = formatted(at, LANGUAGES[getLocale()], options).replace(",", "");
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A day of the calendar, "2026-11-25", in words. */
export const inUtc = (date: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(LANGUAGES[getLocale()], { timeZone: "UTC", ...options }).format(new Date(date));

/** The first moment of the day on which `now` is. */
export function startOfDay(now: Date): Date {
  const clock = parts(now, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const [hours, minutes, seconds] = [Number(clock.hour), Number(clock.minute), Number(clock.second)];
  const guess = new Date(
    now.getTime() - (hours * 3600 + minutes * 60 + seconds) * 1000 - now.getMilliseconds(),
  );
  // On a day on which the clock moved the guess is off by that.
  for (const hours of [0, 1, -1]) {
    const moved = new Date(guess.getTime() + hours * 3_600_000);
    const before = new Date(moved.getTime() - 1);
    const today = calendarDayOf(now.toISOString());
    if (calendarDayOf(moved.toISOString()) === today && calendarDayOf(before.toISOString()) !== today)
      return moved;
  }
  return guess;
}

/**
 * By name: no two web views write one language alike, and the calendar of "Scherm weg" is made of this.
 */
function parts(at: Date, options: Intl.DateTimeFormatOptions): Partial<Record<string, string>> {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: timeZone(), ...options });
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

function formatted(at: Date, language: string, options: Intl.DateTimeFormatOptions): string {
  if (Number.isNaN(at.getTime())) return "";
  return new Intl.DateTimeFormat(language, { timeZone: timeZone(), ...options }).format(at);
}
