/** How long there is left, and whether it is over. */
import type { TimeUnit } from "@baken/shared";

export type Left = { kind: "left" | "over"; amount: number; unit: TimeUnit };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Whole units, rounded down: what is left is never shown as more than it is. */
export function timeLeft(until: string, now: Date): Left {
  const left = new Date(until).getTime() - now.getTime();
  const size = Math.abs(left);
  const kind = left < 0 ? "over" : "left";
  if (size >= 2 * DAY) return { kind, amount: Math.floor(size / DAY), unit: "day" };
  if (size >= HOUR) return { kind, amount: Math.floor(size / HOUR), unit: "hour" };
  return { kind, amount: Math.floor(size / MINUTE), unit: "minute" };
}
