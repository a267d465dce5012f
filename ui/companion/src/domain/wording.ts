/** Times and sizes as people read them, in the language on screen and the device's own time zone. */
import { getLocale } from "../paraglide/runtime";

const tag = () => (getLocale() === "en" ? "en-GB" : "nl-NL");

/** "23 november 2026 om 14:32" */
export function dateAndTime(instant: string): string {
  return new Intl.DateTimeFormat(tag(), { dateStyle: "long", timeStyle: "short" }).format(new Date(instant));
}

/** "14:32" for today, otherwise "22 nov 14:32". */
export function shortMoment(instant: string, now: Date): string {
  const moment = new Date(instant);
  const today = moment.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(tag(), {
    ...(today ? {} : { day: "numeric", month: "short" }),
    hour: "2-digit",
    minute: "2-digit",
  }).format(moment);
}

/** "14:32" */
export function clockTime(instant: string): string {
  return new Intl.DateTimeFormat(tag(), { timeStyle: "short" }).format(new Date(instant));
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

export function wholeNumber(count: number): string {
  return new Intl.NumberFormat(tag()).format(count);
}

/** The value a `datetime-local` field shows for an instant. */
export function localInput(instant: string): string {
  const moment = new Date(instant);
  const two = (part: number) => String(part).padStart(2, "0");
  return (
    `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}` +
    `T${two(moment.getHours())}:${two(moment.getMinutes())}`
  );
}

/** The instant a `datetime-local` field means, in UTC without fractions; null while it is incomplete. */
export function instantOf(input: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(input)) return null;
  const moment = new Date(input);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString().replace(/\.\d+Z$/, "Z");
}
