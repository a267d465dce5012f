/**
 * A month of the calendar, as it hangs in every office: six weeks from Monday, with their numbers (ISO 8601). It is worked
 * out here and holds nothing else: what shows it in place of the app must not know anything.
 * Days are those of the calendar, "2026-11-25", without any zone.
 */
const DAY = 86_400_000;

type Day = { date: string; number: number; inMonth: boolean };
export type Week = { number: number; days: readonly Day[] };

/** Six weeks from the Monday on or before the first of the month of `date`. */
export function monthOf(date: string): Week[] {
  const month = date.slice(0, 7);
  const first = Date.parse(`${month}-01`);
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY;
  return Array.from({ length: 6 }, (_, week) => {
    const days = Array.from({ length: 7 }, (_, day) => {
      const at = new Date(monday + (week * 7 + day) * DAY).toISOString().slice(0, 10);
      return { date: at, number: Number(at.slice(8)), inMonth: at.startsWith(month) };
    });
    return { number: weekNumber(days[0]?.date ?? date), days };
  });
}

/** The first day of the month so many months later. */
export function monthsLater(date: string, months: number): string {
  const [year = 0, month = 1] = date.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

/** The number of the week in which a day is: that of its Thursday in the year of that Thursday. */
export function weekNumber(date: string): number {
  const at = Date.parse(date);
  const thursday = at + (3 - ((new Date(at).getUTCDay() + 6) % 7)) * DAY;
  const year = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return Math.floor((thursday - year) / DAY / 7) + 1;
}
