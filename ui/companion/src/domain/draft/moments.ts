/**
 * A date and a time of day as people type them, in the municipality's time zone. Twice a year that is no plain sum:
 * one hour comes twice, and one never comes. The first is told apart by a question, the second is said.
 * The rules of the zone are the browser's; deliberately absent: any of our own.
 */
import type { TypedMoment } from "@baken/bindings";
import { readDay, typedDay } from "@baken/shared";

export type Reading =
  | { kind: "empty" }
  | { kind: "unreadable"; part: "date" | "time" }
  | { kind: "instant"; instant: string }
  /** The first and the second time. */
  | { kind: "twice"; instants: readonly [string, string] }
  | { kind: "never" };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export function readMoment({ date, time }: TypedMoment, zone: string): Reading {
  const [typedDate, typedTime] = [seen(date), seen(time)];
  if (typedDate === "" && typedTime === "") return { kind: "empty" };
  const day = readDay(typedDate);
  if (day === null) return { kind: "unreadable", part: "date" };
  const minutes = readTime(typedTime);
  if (minutes === null) return { kind: "unreadable", part: "time" };
  return onClock(Date.parse(day) + minutes * MINUTE, zone);
}

/** An instant as it is typed: "25-10-2026" and "02:30". */
export function shownMoment(instant: string, zone: string): TypedMoment {
  const at = new Date(instant).getTime();
  if (Number.isNaN(at)) return { date: "", time: "" };
  const [date = "", time = ""] = new Date(wall(at, zone)).toISOString().split("T");
  return { date: typedDay(date), time: time.slice(0, 5) };
}

/** Which of the two times of an hour that comes twice an instant is; undefined where the hour comes once. */
export function turnOf(instant: string, zone: string): 0 | 1 | undefined {
  const reading = readMoment(shownMoment(instant, zone), zone);
  if (reading.kind !== "twice") return undefined;
  return offset(Date.parse(instant), zone) === offset(Date.parse(reading.instants[0]), zone) ? 0 : 1;
}

/** Milliseconds since the epoch as the clock on the wall shows them, read as if they were UTC. */
function onClock(shown: number, zone: string): Reading {
  const offsets = new Set([offset(shown - DAY, zone), offset(shown + DAY, zone)]);
  const found = [...offsets]
    .map((difference) => shown - difference)
    .filter((at) => wall(at, zone) === shown)
    .sort((one, other) => one - other)
    .map((at) => new Date(at).toISOString().replace(/\.\d+Z$/, "Z"));
  const [first, second] = found;
  if (first === undefined) return { kind: "never" };
  return second === undefined
    ? { kind: "instant", instant: first }
    : { kind: "twice", instants: [first, second] };
}

const offset = (at: number, zone: string): number => wall(at, zone) - Math.floor(at / 1000) * 1000;

/** Making one takes longer than all it is asked. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  clocks.set(zone, clock);
  return clock;
}

function wall(at: number, zone: string): number {
  const parts = clockOf(zone).formatToParts(new Date(at));
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  const shown = new Date(0);
  shown.setUTCFullYear(part("year"), part("month") - 1, part("day"));
  shown.setUTCHours(part("hour"), part("minute"), part("second"));
  return shown.getTime();
}

const seen = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll(/[\p{Cf}\p{Cc}]/gu, "")
    .trim();

/** Minutes since midnight. */
function readTime(text: string): number | null {
  const match = /^(\d{1,2})\s*[:.,uh]\s*(\d{2})(?:\s*uur)?$/i.exec(text) ?? /^(\d{1,2})(\d{2})$/.exec(text);
  const [hour, minute] = match ? match.slice(1).map(Number) : [];
  if (hour === undefined || minute === undefined || hour > 23 || minute > 59) return null;
  return hour * 60 + minute;
}
