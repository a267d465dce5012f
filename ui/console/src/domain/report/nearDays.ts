/** Days that a task is mostly planned for, so that nobody looks one up: as the municipality counts days. */
import { timeZone } from "../words/zone";

/** The day that is `ahead` days after today there, as `2026-12-01`. */
export function dayAhead(now: Date, ahead: number, zone: string = timeZone()): string {
  // Swedish writes a day as ISO does. At noon, so that an hour more or less in a day changes nothing.
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(now);
  const noon = new Date(`${today}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() + ahead);
  return noon.toISOString().slice(0, 10);
}
