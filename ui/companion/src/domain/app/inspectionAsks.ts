/**
 * Whether it is to be asked if the open inspection still runs: after eight hours without a word, or on another day. One
 * that was forgotten must not lend its place to what is seen elsewhere.
 */
import type { Home } from "@baken/bindings";

import { calendarDayOf } from "../words/days";

const HOURS = 8;

export function inspectionAsks(
  { inspection, inspectionConfirmedAt }: Pick<Home, "inspection" | "inspectionConfirmedAt">,
  now: Date,
): boolean {
  if (inspection === null) return false;
  const since = inspectionConfirmedAt ?? inspection.startedAt;
  const passed = now.getTime() - Date.parse(since);
  return passed >= HOURS * 3_600_000 || calendarDayOf(since) !== calendarDayOf(now.toISOString());
}
