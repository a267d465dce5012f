/** Times and sizes as people read them, in the language on screen and the municipality's time zone. */
import * as shared from "@baken/shared";

import { getLocale } from "../../paraglide/runtime";
import { timeZone } from "./zone";

const writing = (): shared.Writing => ({ locale: getLocale(), timeZone: timeZone() });

/** "23 november 2026 om 14:32 CET": with the zone, since it is read elsewhere and later. */
export const dateAndTime = (instant: string): string => shared.momentInZone(instant, "long", writing());

/** "14:32" for today, otherwise "22 nov 14:32". */
export const shortMoment = (instant: string, now: Date): string =>
  shared.isToday(instant, now, writing()) ? clockTime(instant) : shared.dayAndTime(instant, writing());

/** "14:32" */
export const clockTime = (instant: string): string => shared.timeOfDay(instant, writing());

/** "1,4 MB" */
export const byteSize = (bytes: number): string => shared.byteSize(bytes, getLocale());

/** "1976 EF", however it was typed; what is no postcode stays as it is. */
export function postcodeText(text: string): string {
  const parts = /^\s*(\d{4})\s*([a-z]{2})\s*$/i.exec(text);
  return parts ? `${parts[1]} ${parts[2]?.toUpperCase()}` : text;
}

/** "3 dagen", "2 uur", "15 minuten" */
export const duration = (seconds: number): string => shared.duration(seconds, getLocale());

/** "1.234" */
export const wholeNumber = (count: number): string => shared.wholeNumber(count, getLocale());
