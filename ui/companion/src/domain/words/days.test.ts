import { afterEach, describe, expect, it, vi } from "vitest";

import { calendarDayOf, dayName, startOfDay } from "./days";
import { useTimeZone } from "./zone";

afterEach(() => useTimeZone(null));

describe("a day", () => {
  it("is the municipality's, and begins at its midnight, also when the clock moves", () => {
    expect(calendarDayOf("2026-11-24T23:30:00Z")).toBe("2026-11-25");
    expect(startOfDay(new Date("2026-11-25T13:21:07.250Z")).toISOString()).toBe("2026-11-24T23:00:00.000Z");
    expect(startOfDay(new Date("2026-03-29T12:00:00Z")).toISOString()).toBe("2026-03-28T23:00:00.000Z");
    expect(startOfDay(new Date("2026-10-25T12:00:00Z")).toISOString()).toBe("2026-10-24T22:00:00.000Z");
    useTimeZone("America/Kralendijk");
    expect(calendarDayOf("2026-11-24T23:30:00Z")).toBe("2026-11-24");
  });

  it("is the same whatever way a web view writes a date", () => {
    const format = vi.spyOn(Intl.DateTimeFormat.prototype as { format: unknown }, "format", "get");
    format.mockReturnValue(() => "25/11/2026");
    expect(calendarDayOf("2026-11-24T23:30:00Z")).toBe("2026-11-25");
    expect(startOfDay(new Date("2026-11-25T13:21:07.250Z")).toISOString()).toBe("2026-11-24T23:00:00.000Z");
    format.mockRestore();
  });

  it("is named as people do", () => {
    const now = new Date("2026-11-25T13:00:00Z");
    expect(dayName("2026-11-25T08:00:00Z", now)).toBe("Vandaag");
    expect(dayName("2026-11-24T08:00:00Z", now)).toBe("Dinsdag 24 november");
    expect(dayName("2025-11-24T08:00:00Z", now)).toBe("Maandag 24 november 2025");
  });
});
