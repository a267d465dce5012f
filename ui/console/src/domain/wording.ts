/** Times, sizes and fingerprints as people read them, in the language on screen. */
import { getLocale } from "../paraglide/runtime";
import * as m from "../paraglide/messages";
import type { Due } from "./due";

const tag = () => (getLocale() === "en" ? "en-GB" : "nl-NL");

/** A time that cannot be shown stays as it was written: one strange record must not blank a whole page. */
function shown(instant: string, options: Intl.DateTimeFormatOptions): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? instant : new Intl.DateTimeFormat(tag(), options).format(at);
}

export const moment = (instant: string): string =>
  shown(instant, { dateStyle: "medium", timeStyle: "short" });

export const day = (instant: string): string =>
  shown(instant, { day: "numeric", month: "short", year: "numeric" });

export const wholeNumber = (count: number): string => new Intl.NumberFormat(tag()).format(count);

/** The first 16 digits in groups of four: enough to compare aloud. */
export const shortFingerprint = (fingerprint: string): string =>
  (fingerprint.slice(0, 16).match(/.{4}/g) ?? []).join(" ");

export function dueText(due: Due): string {
  if (due.kind === "none") return m.due_none();
  if (due.kind === "over" && due.unit === "minutes" && due.amount === 0) return m.due_now();
  const units = {
    minutes: due.amount === 1 ? m.unit_minute : m.unit_minutes,
    hours: due.amount === 1 ? m.unit_hour : m.unit_hours,
    days: due.amount === 1 ? m.unit_day : m.unit_days,
  };
  const length = units[due.unit]({ count: due.amount });
  return due.kind === "left" ? m.due_left({ length }) : m.due_over({ length });
}

/** "2 minuten", for a clock that is off. */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 2 * 86_400) return m.unit_days({ count: Math.round(size / 86_400) });
  if (size >= 2 * 3_600) return m.unit_hours({ count: Math.round(size / 3_600) });
  return m.unit_minutes({ count: Math.max(1, Math.round(size / 60)) });
}
