/**
 * A day of the calendar as people type it, day first. The browser's own date field follows the system's language, not
 * the page's, and shows a Dutch form as month first; so a day is text, read generously. No time zone comes into it.
 */
const FIRST_YEAR = 1900;

/** "2026-11-25"; null where there is no such day or it is no day at all. Two digits of a year are of this century. */
export function readDay(text: string): string | null {
  const seen = text
    .normalize("NFKC")
    .replaceAll(/[\p{Cf}\p{Cc}]/gu, "")
    .trim();
  const dayFirst =
    /^(\d{1,2})\s*[-./\s]\s*(\d{1,2})\s*[-./\s]\s*(\d{4}|\d{2})$/.exec(seen) ??
    /^(\d\d)(\d\d)(\d{4})$/.exec(seen);
  const yearFirst = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$/.exec(seen);
  const [day, month, typedYear] = dayFirst ? dayFirst.slice(1) : (yearFirst?.slice(1).reverse() ?? []);
  if (day === undefined || month === undefined || typedYear === undefined) return null;
  const year = Number(typedYear) + (typedYear.length === 2 ? 2000 : 0);
  if (year < FIRST_YEAR) return null;
  const date = new Date(Date.UTC(year, Number(month) - 1, Number(day)));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return exists ? date.toISOString().slice(0, 10) : null;
}

/** "25-11-2026" for "2026-11-25"; what is no day stays as it is, so that nothing typed is lost. */
export const typedDay = (day: string): string => day.replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$3-$2-$1");
