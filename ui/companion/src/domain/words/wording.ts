/** Times and sizes as people read them, in the language on screen and the municipality's time zone. */
import { languageTag, wholeNumber as wholeNumberIn } from "@baken/shared";

import { getLocale } from "../../paraglide/runtime";
import { timeZone } from "./zone";

const tag = () => languageTag(getLocale());

const written = (moment: Date, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(tag(), { timeZone: timeZone(), ...options }).format(moment);

/** "23 november 2026 om 14:32 CET": with the zone, since it is read elsewhere and later. */
export function dateAndTime(instant: string): string {
  return written(new Date(instant), {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });
}

/** "14:32" for today, otherwise "22 nov 14:32". */
export function shortMoment(instant: string, now: Date): string {
  const moment = new Date(instant);
  const day = (at: Date) => written(at, { dateStyle: "short" });
  return written(moment, {
    ...(day(moment) === day(now) ? {} : { day: "numeric", month: "short" }),
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** "14:32" */
export function clockTime(instant: string): string {
  return written(new Date(instant), { timeStyle: "short" });
}

/** "1,4 MB": powers of ten, as phones count. */
export function byteSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const number = new Intl.NumberFormat(tag(), { maximumFractionDigits: power === 0 ? 0 : 1 }).format(
    bytes / 1000 ** power,
  );
  return `${number} ${units[power] ?? ""}`;
}

/** "1976 EF", however it was typed; what is no postcode stays as it is. */
export function postcodeText(text: string): string {
  const parts = /^\s*(\d{4})\s*([a-z]{2})\s*$/i.exec(text);
  return parts ? `${parts[1]} ${parts[2]?.toUpperCase()}` : text;
}

/** "3 dagen", "2 uur", "15 minuten": a length of time in its largest unit, rounded. */
export function duration(seconds: number): string {
  const units = [
    ["year", 31_557_600],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const;
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ["second", 1];
  return new Intl.NumberFormat(tag(), {
    style: "unit",
    unit,
    unitDisplay: "long",
    maximumFractionDigits: 0,
  }).format(Math.round(seconds / size));
}

export const wholeNumber = (count: number): string => wholeNumberIn(count, getLocale());
