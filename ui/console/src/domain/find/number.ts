/** What somebody types where it is a number that people call something by: that of a report, or of a record. */
export type Numbered = { report: string } | { record: string };

const REPORT = /^M[-\s]?(\d{4})[-\s](\d{1,6})$/iu;
const RECORD = /^([0-9a-f]{4})(-?)([0-9a-f]{4})$/iu;

/** Nothing where it is words. Eight letters alone may be a word: with a stroke or a digit they are a number. */
export function numberIn(typed: string): Numbered | null {
  const text = typed.trim();
  const report = REPORT.exec(text);
  if (report) return { report: `M-${report[1]}-${(report[2] ?? "").padStart(3, "0")}` };
  const record = RECORD.exec(text);
  if (!record || (record[2] === "" && !/\d/u.test(text))) return null;
  return { record: `${record[1]}-${record[3]}`.toUpperCase() };
}
