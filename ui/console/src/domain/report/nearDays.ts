/** Days that a task is mostly planned for, so that nobody looks one up: as the municipality counts days. */
import { timeZone } from "../words/zone";
import { clockAt } from "../words/zoneClock";

/** The day that is `ahead` days after today there, as `2026-12-01`. */
export function dayAhead(now: Date, ahead: number, zone: string = timeZone()): string {
  const noon = new Date(`${clockAt(now.toISOString(), zone).day}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() + ahead);
  return noon.toISOString().slice(0, 10);
}
