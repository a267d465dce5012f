import { afterEach, describe, expect, it } from "vitest";

import { readMoment, shownMoment, turnOf } from "../draft/moments";
import { clockTime, dateAndTime, shortMoment } from "../words/wording";
import { timeZone, unknownZone, useTimeZone } from "../words/zone";
import { unlockedApp } from "./coreInMemory";

afterEach(() => useTimeZone(null));

describe("the zone", () => {
  it("is that of the Netherlands until the device is enrolled", () => {
    expect([timeZone(), unknownZone()]).toEqual(["Europe/Amsterdam", null]);
    useTimeZone("America/Kralendijk");
    expect(timeZone()).toBe("America/Kralendijk");
    useTimeZone(null);
    expect(timeZone()).toBe("Europe/Amsterdam");
  });

  it.each(["Mars/Olympus", "", "Europe/Velsen"])("falls back where the system does not know %j", (name) => {
    useTimeZone("Asia/Kolkata");
    useTimeZone(name);
    expect([timeZone(), unknownZone()]).toEqual(["Europe/Amsterdam", name]);
    expect(clockTime("2026-11-23T23:30:00Z")).toBe("00:30");
    useTimeZone("Asia/Kolkata");
    expect(unknownZone()).toBeNull();
  });

  it("is taken over from the core with the status", async () => {
    const { companion } = unlockedApp();
    await companion.begin();
    const status = await companion.bridge.status();
    const says = (timeZone: string) => companion.follow(() => Promise.resolve({ ...status, timeZone }));
    await says("America/Kralendijk");
    expect(timeZone()).toBe("America/Kralendijk");
    await says("Mars/Olympus");
    expect(unknownZone()).toBe("Mars/Olympus");
  });
});

describe("times in another zone", () => {
  it("begin the day at that zone's midnight", () => {
    useTimeZone("America/Kralendijk");
    expect(dateAndTime("2026-11-24T03:30:00Z")).toMatch(/^23 november 2026 om 23:30 /);
    expect(shortMoment("2026-11-24T04:10:00Z", new Date("2026-11-24T03:50:00Z"))).toMatch(/24 nov.*00:10/);
    useTimeZone("Asia/Kolkata");
    expect(dateAndTime("2026-11-23T18:30:00Z")).toMatch(/^24 november 2026 om 00:00 /);
    expect(shortMoment("2026-11-23T18:35:00Z", new Date("2026-11-24T10:00:00Z"))).toBe("00:05");
  });

  it("are typed in it", () => {
    const read = (date: string, time: string, zone: string) => readMoment({ date, time }, zone);
    const instant = (instant: string) => ({ kind: "instant", instant });
    expect(read("24-11-2026", "00:00", "Asia/Kolkata")).toEqual(instant("2026-11-23T18:30:00Z"));
    expect(read("25-10-2026", "02:30", "America/Kralendijk")).toEqual(instant("2026-10-25T06:30:00Z"));
    expect(shownMoment("2026-11-24T03:30:00Z", "America/Kralendijk")).toEqual({
      date: "23-11-2026",
      time: "23:30",
    });
  });

  it("know that zone's own hour that comes twice and the one that never comes", () => {
    const twice = ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"];
    const newYork = (date: string, time: string) => readMoment({ date, time }, "America/New_York");
    expect(newYork("1-11-2026", "01:30")).toEqual({ kind: "twice", instants: twice });
    expect(twice.map((instant) => turnOf(instant, "America/New_York"))).toEqual([0, 1]);
    expect(newYork("25-10-2026", "02:30").kind).toBe("instant");
    expect(newYork("8-3-2026", "02:30")).toEqual({ kind: "never" });
    // Half an hour comes twice on Lord Howe.
    expect(readMoment({ date: "5-4-2026", time: "01:45" }, "Australia/Lord_Howe").kind).toBe("twice");
  });
});
