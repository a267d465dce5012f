/**
 * What clocks show where the municipality is, and which instant that is: whoever plans types a day and a time of there,
 * whatever the browser's own zone.
 */
const MINUTE_MS = 60_000;
/** Zones skip two hours at the very most when they change their time. */
const LONGEST_GAP_MINUTES = 180;

/** "09:00" for "9:00", "9.00", "0900" or "9"; null where it is no time of a day. */
export function readTime(text: string): string | null {
  const seen = text.normalize("NFKC").trim();
  const [, hours, minutes = "00"] =
    /^(\d{1,2})(?:\s*[:.u]\s*(\d{2}))?$/.exec(seen) ?? /^(\d{2})(\d{2})$/.exec(seen) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return null;
  return `${hours.padStart(2, "0")}:${minutes}`;
}

/** What clocks show at an instant: "2026-12-03" and "09:00". */
export function clockAt(instant: string, timeZone: string): { day: string; time: string } {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return { day: "", time: "" };
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((it) => it.type === type)?.value ?? "";
  return {
    day: `${part("year")}-${part("month")}-${part("day")}`,
    time: `${part("hour")}:${part("minute")}`,
  };
}

/** The first instant at which clocks show that; where it is skipped, the first minute after it that they show. */
export function instantAt(day: string, time: string, timeZone: string): string {
  const shown = Date.parse(`${day}T${time}:00Z`);
  for (let minutes = 0; minutes <= LONGEST_GAP_MINUTES; minutes += 1) {
    const found = firstAt(shown + minutes * MINUTE_MS, timeZone);
    if (found !== null) return found;
  }
  return new Date(shown).toISOString();
}

/** An instant is as far from what its clock shows as the zone is then; on a day of a change there are two such distances. */
function firstAt(shown: number, timeZone: string): string | null {
  const shows = (instant: number) => {
    const { day, time } = clockAt(new Date(instant).toISOString(), timeZone);
    return Date.parse(`${day}T${time}:00Z`);
  };
  const DAY_MS = 1_440 * MINUTE_MS;
  const offsets = [shown - DAY_MS, shown + DAY_MS].map((instant) => shows(instant) - instant);
  const found = offsets.map((offset) => shown - offset).filter((instant) => shows(instant) === shown);
  return found.length > 0 ? new Date(Math.min(...found)).toISOString() : null;
}
