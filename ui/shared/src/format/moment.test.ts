import { describe, expect, it } from "vitest";

import {
  calendarDay,
  day,
  dayAndTime,
  isToday,
  moment,
  momentInZone,
  shortDay,
  timeOfDay,
  weekdayAndTime,
  type Writing,
} from "./moment";

const NL: Writing = { locale: "nl", timeZone: "Europe/Amsterdam" };
const EN: Writing = { locale: "en", timeZone: "Europe/Amsterdam" };
/** Half past midnight on the 24th in Velsen. */
const LATE = "2026-11-23T23:30:00Z";
const NOW = new Date("2026-11-24T10:00:00Z");

describe("a moment", () => {
  it.each([
    ["timeOfDay", timeOfDay(LATE, NL), timeOfDay(LATE, EN), /^00:30$/, /^00:30$/],
    ["day", day(LATE, NL), day(LATE, EN), /^24 nov 2026$/, /^24 Nov 2026$/],
    ["dayAndTime", dayAndTime(LATE, NL), dayAndTime(LATE, EN), /^24 nov,? 00:30$/, /^24 Nov,? 00:30$/],
    ["shortDay", shortDay(LATE, NOW, NL), shortDay(LATE, NOW, EN), /^24 nov$/, /^24 Nov$/],
    ["moment", moment(LATE, NL), moment(LATE, EN), /^24 nov 2026,? 00:30$/, /^24 Nov 2026,? 00:30$/],
    [
      "weekdayAndTime",
      weekdayAndTime(LATE, NOW, NL),
      weekdayAndTime(LATE, NOW, EN),
      /^di 24 nov 00:30$/,
      /^Tue 24 Nov 00:30$/,
    ],
    [
      "momentInZone, long",
      momentInZone(LATE, "long", NL),
      momentInZone(LATE, "long", EN),
      /^24 november 2026 .*00:30 (CET|MEZ|GMT\+1)$/,
      /^24 November 2026 .*00:30 (CET|GMT\+1)$/,
    ],
    [
      "momentInZone, short",
      momentInZone(LATE, "short", NL),
      momentInZone(LATE, "short", EN),
      /^24 nov 2026.*00:30 (CET|MEZ|GMT\+1)$/,
      /^24 Nov 2026.*00:30 (CET|GMT\+1)$/,
    ],
  ])("is written in both languages by the municipality's clock (%s)", (_name, nl, en, dutch, english) => {
    expect(nl).toMatch(dutch);
    expect(en).toMatch(english);
  });

  it("is on the day that it is where the municipality is", () => {
    expect(isToday(LATE, NOW, NL)).toBe(true);
    expect(isToday(LATE, NOW, { ...NL, timeZone: "America/Kralendijk" })).toBe(false);
  });

  it("names its year where that is another one", () => {
    expect(shortDay("2025-12-01T12:00:00Z", NOW, NL)).toBe("1 dec 2025");
    expect(weekdayAndTime("2027-01-04T12:00:00Z", NOW, NL)).toBe("ma 4 jan 2027 13:00");
  });

  it("stays as it was written where it is none", () => {
    for (const text of [timeOfDay("straks", NL), moment("straks", EN), weekdayAndTime("straks", NOW, NL)])
      expect(text).toContain("straks");
  });
});

describe("a day of the calendar", () => {
  it("is the same day in every zone and both languages", () => {
    expect([calendarDay("2026-11-24", "nl"), calendarDay("2026-11-24", "en")]).toEqual([
      "24 nov 2026",
      "24 Nov 2026",
    ]);
  });
});
