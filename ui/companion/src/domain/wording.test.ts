import { describe, expect, it } from "vitest";

import { byteSize, dateAndTime, duration, instantOf, localInput, postcodeText, shortMoment } from "./wording";

describe("byteSize", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [1_440_000, "1,4 MB"],
    [2_000_000_000_000, "2.000 GB"],
  ])("writes %d as %s", (bytes, text) => {
    expect(byteSize(bytes)).toBe(text);
  });
});

describe("a time in a form", () => {
  it("comes back as the same instant", () => {
    expect(instantOf(localInput("2026-11-23T10:05:00Z"))).toBe("2026-11-23T10:05:00Z");
  });

  it("is null while it is not complete", () => {
    expect(instantOf("")).toBeNull();
    expect(instantOf("2026-11-")).toBeNull();
  });
});

describe("shortMoment", () => {
  it("leaves the day out today and names it otherwise", () => {
    const now = new Date(2026, 10, 23, 20, 0);
    expect(shortMoment(new Date(2026, 10, 23, 14, 32).toISOString(), now)).toBe("14:32");
    expect(shortMoment(new Date(2026, 10, 22, 14, 32).toISOString(), now)).toContain("22 nov");
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
    expect(dateAndTime("2026-11-23T12:05:00Z")).toMatch(/^23 november 2026 om \d\d:05$/);
  });
});

describe("duration", () => {
  it("names the largest unit that fits", () => {
    const seconds = [900, 7_200, 3 * 86_400, 56 * 31_557_600];
    expect(seconds.map(duration)).toEqual(["15 minuten", "2 uur", "3 dagen", "56 jaar"]);
  });
});
