/** Times, sizes and fingerprints as people read them, in the language on screen and the municipality's time zone. */
import { inFours, languageTag, shownText, wholeNumber as wholeNumberIn } from "@baken/shared";

import { getLocale } from "../../paraglide/runtime";
import * as m from "../../paraglide/messages";
import type { Left } from "./due";
import { timeZone } from "./zone";

const tag = () => languageTag(getLocale());

/** A time that cannot be shown stays as it was written: one strange record must not blank a whole page. */
function shown(instant: string, options: Intl.DateTimeFormatOptions): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime())
    ? shownText(instant)
    : new Intl.DateTimeFormat(tag(), { timeZone: timeZone(), ...options }).format(at);
}

export const moment = (instant: string): string =>
  shown(instant, { dateStyle: "medium", timeStyle: "short" });

/** With the zone: for what is read elsewhere and later, as on paper. */
export const momentInZone = (instant: string): string =>
  shown(instant, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });

/** A day of the calendar, "2026-11-24", which is the same in every zone. */
export const calendarDay = (date: string): string =>
  shown(date, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

export const day = (instant: string): string =>
  shown(instant, { day: "numeric", month: "short", year: "numeric" });

export const timeOfDay = (instant: string): string => shown(instant, { hour: "2-digit", minute: "2-digit" });

export const wholeNumber = (count: number): string => wholeNumberIn(count, getLocale());

/** How many photos there are, and how many of them are still awaited: nothing here can tell that one is lost. */
export const photosText = ({
  attachmentCount: count,
  attachmentsMissing: missing,
}: {
  attachmentCount: number;
  attachmentsMissing: number;
}): string => (missing > 0 ? m.photos_some({ count, missing }) : m.photos_all({ count }));

/** The first 16 digits in groups of four: enough to compare aloud. */
export const shortFingerprint = (fingerprint: string): string => inFours(fingerprint.slice(0, 16));

/** All of it, in groups of four: to compare with one on paper. */
export const wholeFingerprint = (fingerprint: string): string => inFours(fingerprint);

const yearOf = (instant: string): string => shown(instant, { year: "numeric" });

/** "1 dec", and the year only where it is another one. */
export const shortDay = (instant: string, now: Date): string =>
  yearOf(instant) === yearOf(now.toISOString())
    ? shown(instant, { day: "numeric", month: "short" })
    : day(instant);

/** "di 1 dec 03:45"; the year only where it is another one. */
function deadline(instant: string, now: Date): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return shownText(instant);
  const date = shown(instant, { weekday: "short", day: "numeric", month: "short" }).replace(",", "");
  const year = yearOf(instant) === yearOf(now.toISOString()) ? "" : ` ${yearOf(instant)}`;
  return `${date}${year} ${timeOfDay(instant)}`;
}

/** A moment in as few words as tell it apart: "di 24 nov 03:12", and of today only the time. */
export function shortMoment(instant: string, now: Date): string {
  return day(instant) === day(now.toISOString())
    ? m.today_at({ time: timeOfDay(instant) })
    : deadline(instant, now);
}

/** When someone must have acted: a moment, not a count, since nobody can yet note here that it was done. */
export function dueText(dueAt: string, now: Date): string {
  const moment = deadline(dueAt, now);
  return new Date(dueAt).getTime() < now.getTime() ? m.due_passed({ moment }) : m.due_by({ moment });
}

/** When it became that urgent, for what has no time left from the start. */
export const sinceText = (instant: string, now: Date): string =>
  m.urgent_since({ moment: shortMoment(instant, now) });

export function leftText(left: Left): string {
  const units = { minutes: m.unit_minutes, hours: m.unit_hours, days: m.unit_days };
  return m.due_left({ length: units[left.unit]({ count: left.amount }) });
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
const MONTH = 30.44 * DAY;

/** "2 minuten" for a clock that is off, "10 maanden" for a device that lay in a drawer. */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 24 * MONTH) return m.unit_years({ count: Math.floor(size / (12 * MONTH)) });
  if (size >= 2 * MONTH) return m.unit_months({ count: Math.round(size / MONTH) });
  if (size >= 2 * DAY) return m.unit_days({ count: Math.round(size / DAY) });
  if (size >= 2 * HOUR) return m.unit_hours({ count: Math.round(size / HOUR) });
  return m.unit_minutes({ count: Math.max(1, Math.round(size / 60)) });
}

/** How much later than it was signed a record came in, where that is more than a day. */
export function lateness(finalisedAt: string, receivedAt: string): string | null {
  const seconds = (Date.parse(receivedAt) - Date.parse(finalisedAt)) / 1_000;
  return seconds > DAY ? m.proof_received_late({ length: duration(seconds) }) : null;
}
