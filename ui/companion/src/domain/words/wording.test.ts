import { describe, expect, it } from "vitest";

import {
  byteSize,
  clockTime,
  dateAndTime,
  duration,
  postcodeText,
  shortMoment,
  wholeNumber,
} from "./wording";

describe("sizes and lengths of time", () => {
  it("are written in the language on screen", () => {
    expect([byteSize(1_440_000), duration(900), wholeNumber(12_345)]).toEqual([
      "1,4 MB",
      "15 minuten",
      "12.345",
    ]);
  });
});

describe("times", () => {
  it("are the municipality's, and name its zone where they are read later", () => {
    expect(dateAndTime("2026-06-30T23:30:00Z")).toMatch(/^1 juli 2026 .*01:30 (CEST|MEZT|GMT\+2)$/);
    expect(clockTime("2026-11-23T23:30:00Z")).toBe("00:30");
  });
});

describe("shortMoment", () => {
  it("leaves the day out on the municipality's own day and names it otherwise", () => {
    const now = new Date("2026-11-23T23:40:00Z");
    expect(shortMoment("2026-11-23T23:10:00Z", now)).toBe("00:10");
    expect(shortMoment("2026-11-23T22:10:00Z", now)).toMatch(/23 nov.*23:10/);
  });
});

describe("postcodeText", () => {
  it.each(["1976ef", "1976 EF", " 1976  ef ", "1976Ef"])("writes %j as 1976 EF", (typed) => {
    expect(postcodeText(typed)).toBe("1976 EF");
  });

  it("leaves alone what is no postcode", () => {
    expect(postcodeText("197 EF")).toBe("197 EF");
    expect(postcodeText("")).toBe("");
  });
});

describe("a date to read", () => {
  it("is written in the language on screen, whatever the system speaks", () => {
    expect(dateAndTime("2026-11-23T12:05:00Z")).toMatch(/^23 november 2026 om 13:05 /);
  });
});
