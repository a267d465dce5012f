import { beforeAll, describe, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { dueText, lateness, photosText, shortMoment } from "./wording";

const NOW = new Date("2026-11-24T10:00:00Z");

beforeAll(() => {
  overwriteGetLocale(() => "nl");
});

describe("dueText", () => {
  it("names the moment until which, and no failure once it is past", () => {
    expect(dueText("2026-12-01T12:00:00Z", NOW)).toMatch(/^uiterlijk di 1 dec \d\d:00$/);
    expect(dueText("2026-11-23T12:00:00Z", NOW)).toMatch(/^te laat sinds ma 23 nov \d\d:00$/);
  });

  it("names the year where it is another one", () => {
    expect(dueText("2027-01-04T12:00:00Z", NOW)).toMatch(/^uiterlijk ma 4 jan 2027 \d\d:00$/);
  });

  it("shows a moment that is none as it was written", () => {
    expect(dueText("straks", NOW)).toContain("straks");
  });
});

describe("shortMoment", () => {
  it("names the day, and of today only the time", () => {
    expect(shortMoment("2026-11-24T09:00:00Z", NOW)).toMatch(/^vandaag \d\d:00$/);
    expect(shortMoment("2026-11-23T09:00:00Z", NOW)).toMatch(/^ma 23 nov \d\d:00$/);
    expect(shortMoment("2025-11-24T09:00:00Z", NOW)).toMatch(/^ma 24 nov 2025 \d\d:00$/);
  });
});

describe("lateness", () => {
  it("says so in words where more than a day lies between signing and receipt", () => {
    expect(lateness("2026-01-24T10:00:00Z", "2026-11-24T10:00:00Z")).toBe(
      "10 maanden na het vastleggen ontvangen",
    );
    expect(lateness("2026-11-22T09:00:00Z", "2026-11-24T10:00:00Z")).toBe(
      "2 dagen na het vastleggen ontvangen",
    );
  });

  it("says nothing within a day, nor of a clock that was ahead", () => {
    expect(lateness("2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z")).toBeNull();
    expect(lateness("2026-12-24T10:00:00Z", "2026-11-24T10:00:00Z")).toBeNull();
  });
});

describe("photosText", () => {
  it("says of a photo that is missing that it is still expected, and of none that it is lost", () => {
    expect(photosText({ attachmentCount: 3, attachmentsMissing: 2 })).toBe(
      "3 bijlagen, 2 nog verwacht van het toestel",
    );
    expect(photosText({ attachmentCount: 1, attachmentsMissing: 1 })).toBe(
      "1 bijlage, nog verwacht van het toestel",
    );
    expect(photosText({ attachmentCount: 1, attachmentsMissing: 0 })).toBe("1 bijlage");
  });
});
