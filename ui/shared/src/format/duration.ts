/** Lengths of time as people say them. */
import type { Locale } from "../i18n/locale.svelte";
import { languageTag } from "./number";

export type TimeUnit = "minute" | "hour" | "day" | "month" | "year";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365.25 * DAY;
const MONTH = YEAR / 12;

/** "1 minuut", "3 dagen" */
export const lengthOf = (count: number, unit: TimeUnit, locale: Locale): string =>
  new Intl.NumberFormat(languageTag(locale), { style: "unit", unit, unitDisplay: "long" }).format(count);

/**
 * "2 minuten" for a clock that is off, "10 maanden" for a device that lay in a drawer: in the largest unit of which
 * there are two, rounded; years are not rounded up. Never less than a minute, and the same either way.
 */
export function duration(seconds: number, locale: Locale): string {
  const size = Math.abs(seconds);
  if (size >= 2 * YEAR) return lengthOf(Math.floor(size / YEAR), "year", locale);
  if (size >= 2 * MONTH) return lengthOf(Math.round(size / MONTH), "month", locale);
  if (size >= 2 * DAY) return lengthOf(Math.round(size / DAY), "day", locale);
  if (size >= 2 * HOUR) return lengthOf(Math.round(size / HOUR), "hour", locale);
  return lengthOf(Math.max(1, Math.round(size / MINUTE)), "minute", locale);
}
