/** Times, sizes and fingerprints as people read them, in the language on screen and the municipality's time zone. */
import * as shared from "@baken/shared";

import * as m from "../../paraglide/messages";
import { getLocale } from "../../paraglide/runtime";
import type { Left } from "./due";
import { timeZone } from "./zone";

const DAY_SECONDS = 86_400;

const writing = (): shared.Writing => ({ locale: getLocale(), timeZone: timeZone() });

export const moment = (instant: string): string => shared.moment(instant, writing());

/** With the zone: for what is read elsewhere and later, as on paper. */
export const momentInZone = (instant: string): string => shared.momentInZone(instant, "short", writing());

/** A day of the calendar, "2026-11-24", which is the same in every zone. */
export const calendarDay = (date: string): string => shared.calendarDay(date, getLocale());

export const day = (instant: string): string => shared.day(instant, writing());

/** "1 dec", and the year only where it is another one. */
export const shortDay = (instant: string, now: Date): string => shared.shortDay(instant, now, writing());

export const timeOfDay = (instant: string): string => shared.timeOfDay(instant, writing());

export const wholeNumber = (count: number): string => shared.wholeNumber(count, getLocale());

/** "2 minuten" for a clock that is off, "10 maanden" for a device that lay in a drawer. */
export const duration = (seconds: number): string => shared.duration(seconds, getLocale());

/** How many photos there are, and how many of them are still awaited: nothing here can tell that one is lost. */
export const photosText = ({
  attachmentCount: count,
  attachmentsMissing: missing,
}: {
  attachmentCount: number;
  attachmentsMissing: number;
}): string => (missing > 0 ? m.photos_some({ count, missing }) : m.photos_all({ count }));

/** The first 16 digits in groups of four: enough to compare aloud. */
export const shortFingerprint = (fingerprint: string): string => shared.inFours(fingerprint.slice(0, 16));

/** All of it, in groups of four: to compare with one on paper. */
export const wholeFingerprint = (fingerprint: string): string => shared.inFours(fingerprint);

/** A moment in as few words as tell it apart: "di 24 nov 03:12", and of today only the time. */
export const shortMoment = (instant: string, now: Date): string =>
  shared.isToday(instant, now, writing())
    ? m.today_at({ time: timeOfDay(instant) })
    : shared.weekdayAndTime(instant, now, writing());

/** "10 maanden oud", from when it was seen. */
export const age = (observedAt: string, now: Date): string =>
  Number.isNaN(Date.parse(observedAt))
    ? ""
    : m.age({ length: duration((now.getTime() - Date.parse(observedAt)) / 1_000) });

/** When someone must have acted: a moment, which a list says the same of for as long as one looks at it. */
export function dueText(dueAt: string, now: Date): string {
  const moment = shared.weekdayAndTime(dueAt, now, writing());
  return new Date(dueAt).getTime() < now.getTime() ? m.due_passed({ moment }) : m.due_by({ moment });
}

/** When it became that urgent, for what has no time left from the start: "binnen sinds 12:52". */
export const sinceText = (instant: string, now: Date): string =>
  m.urgent_since({ moment: shortest(instant, now) });

/** The same where there is room to say what to do. */
export const actNowText = (instant: string, now: Date): string =>
  m.act_now({ moment: shortest(instant, now) });

/** As `shortMoment`, and of today only the time, without the word. */
export const shortest = (instant: string, now: Date): string =>
  shared.isToday(instant, now, writing()) ? timeOfDay(instant) : shortMoment(instant, now);

/** "nog 3 dagen" */
export const leftText = ({ amount, unit }: Left): string =>
  m.due_left({ length: shared.lengthOf(amount, unit, getLocale()) });

/** How much later than it was signed a record came in, where that is more than a day. */
export function lateness(finalisedAt: string, receivedAt: string): string | null {
  const seconds = (Date.parse(receivedAt) - Date.parse(finalisedAt)) / 1_000;
  return seconds > DAY_SECONDS ? m.proof_received_late({ length: duration(seconds) }) : null;
}
