/** How long there is to act. */

export type Due =
  { kind: "none" } | { kind: "left" | "over"; amount: number; unit: "minutes" | "hours" | "days" };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Whole units, rounded down: what is left is never shown as more than it is. */
export function dueIn(dueAt: string | null, now: Date): Due {
  if (dueAt === null) return { kind: "none" };
  const left = new Date(dueAt).getTime() - now.getTime();
  const size = Math.abs(left);
  const kind = left < 0 ? "over" : "left";
  if (size >= 2 * DAY) return { kind, amount: Math.floor(size / DAY), unit: "days" };
  if (size >= HOUR) return { kind, amount: Math.floor(size / HOUR), unit: "hours" };
  return { kind, amount: Math.floor(size / MINUTE), unit: "minutes" };
}
