/** When a day begins on the clock of the municipality: for a search by days. */
import { readDay } from "@baken/shared";

import { readMoment } from "../draft/moments";
import { timeZone } from "../words/zone";

/** When a day begins where the municipality is, or one so many days later. */
export function dayBegins(typed: string, later: number): string | null {
  const day = readDay(typed);
  if (day === null) return null;
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() + later);
  const reading = readMoment({ date: date.toISOString().slice(0, 10), time: "00:00" }, timeZone());
  switch (reading.kind) {
    case "instant":
      return reading.instant;
    case "twice":
      return reading.instants[0];
    case "never":
    case "empty":
    case "unreadable":
      // Where midnight never comes, the day begins within the hours after it.
      return date.toISOString();
  }
}
