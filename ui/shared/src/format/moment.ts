/**
 * Moments as people read them: in the language on screen, by the municipality's clock.
 * A moment that is none stays as it was written: one strange record must not blank a whole page.
 * Deliberately absent: words. "Today" and "until" are each app's own.
 */
import type { Locale } from "../i18n/locale.svelte";
import { shownText } from "../text/hidden";
import { languageTag } from "./number";

/** In which language, and in which time zone (a name of the IANA list). */
export type Writing = { locale: Locale; timeZone: string };

const TIME = { hour: "2-digit", minute: "2-digit" } as const;
const DATE = { day: "numeric", month: "short" } as const;

function written(
  instant: string,
  options: Intl.DateTimeFormatOptions,
  { locale, timeZone }: Writing,
): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return shownText(instant);
  return new Intl.DateTimeFormat(languageTag(locale), { timeZone, ...options }).format(at);
}

const yearOf = (instant: string, writing: Writing): string => written(instant, { year: "numeric" }, writing);

const isSameYear = (instant: string, now: Date, writing: Writing): boolean =>
  yearOf(instant, writing) === yearOf(now.toISOString(), writing);

/** Whether `instant` is on today's date where the municipality is. */
export const isToday = (instant: string, now: Date, writing: Writing): boolean =>
  day(instant, writing) === day(now.toISOString(), writing);

/** "14:32" */
export const timeOfDay = (instant: string, writing: Writing): string => written(instant, TIME, writing);

/** "24 nov 2026" */
export const day = (instant: string, writing: Writing): string =>
  written(instant, { ...DATE, year: "numeric" }, writing);

/** "24 nov 2026" for a day of the calendar, "2026-11-24", which is the same in every zone. */
export const calendarDay = (date: string, locale: Locale): string => day(date, { locale, timeZone: "UTC" });

/** "1 dec", and the year only where it is another one. */
export const shortDay = (instant: string, now: Date, writing: Writing): string =>
  isSameYear(instant, now, writing) ? written(instant, DATE, writing) : day(instant, writing);

/** "22 nov 14:32" */
export const dayAndTime = (instant: string, writing: Writing): string =>
  written(instant, { ...DATE, ...TIME }, writing);

/** "di 1 dec 03:45"; the year only where it is another one. */
export function weekdayAndTime(instant: string, now: Date, writing: Writing): string {
  if (Number.isNaN(Date.parse(instant))) return shownText(instant);
  const date = written(instant, { weekday: "short", ...DATE }, writing).replace(",", "");
  const year = isSameYear(instant, now, writing) ? "" : ` ${yearOf(instant, writing)}`;
  return `${date}${year} ${timeOfDay(instant, writing)}`;
}

/** "24 nov 2026, 14:32" */
export const moment = (instant: string, writing: Writing): string =>
  written(instant, { dateStyle: "medium", timeStyle: "short" }, writing);

/** "24 november 2026 om 14:32 CET": with the zone, for what is read elsewhere and later. */
export const momentInZone = (instant: string, month: "long" | "short", writing: Writing): string =>
  written(instant, { ...DATE, month, year: "numeric", ...TIME, timeZoneName: "short" }, writing);
