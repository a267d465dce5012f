/** Days as people name them: today by that word, others by weekday and date, where the municipality is. */
import { readDay } from "@baken/shared";

import { getLocale } from "../../paraglide/runtime";
import * as m from "../../paraglide/messages";
import { readMoment } from "../draft/moments";
import { timeZone } from "./zone";

const LANGUAGES = { nl: "nl-NL", en: "en-GB" } as const;

/** "2026-11-24": the same for every moment of one day. */
export function calendarDayOf(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  return formatted(at, "en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });
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

/** When a day begins where the municipality is, or one so many days later. */
export function dayBegins(typed: string, later: number): string | null {
  const day = readDay(typed);
  if (day === null) return null;
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() + later);
  const reading = readMoment({ date: date.toISOString().slice(0, 10), time: "00:00" }, timeZone());
  switch (reading.kind) {
    case "instant":
      return reading.instant;
    case "twice":
      return reading.instants[0];
    case "never":
    case "empty":
    case "unreadable":
      // Where midnight never comes, the day begins within the hours after it.
      return date.toISOString();
  }
}

/** The first moment of the day on which `now` is. */
export function startOfDay(now: Date): Date {
  const clock = formatted(now, "en-GB", {
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  });
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
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

function formatted(at: Date, language: string, options: Intl.DateTimeFormatOptions): string {
  if (Number.isNaN(at.getTime())) return "";
  return new Intl.DateTimeFormat(language, { timeZone: timeZone(), ...options }).format(at);
}
