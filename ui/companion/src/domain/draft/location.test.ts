import { afterEach, describe, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { locationFailureText, measure, measured, positionText } from "./location";

describe("measured", () => {
  it("gives whole microdegrees and whole metres, rounded to the careful side", () => {
    expect(measured({ latitude: 52.46280049, longitude: 4.5731005, accuracy: 7.2 })).toEqual({
      latitudeE6: 52_462_800,
      longitudeE6: 4_573_101,
      accuracyMetres: 8,
      source: "measured",
    });
  });

  it("leaves the accuracy out when the device does not know it", () => {
    for (const accuracy of [Number.NaN, Infinity, -1, 5_000_000_000])
      expect(measured({ latitude: 0, longitude: 0, accuracy }).accuracyMetres).toBeNull();
  });
});

describe("locationFailureText", () => {
  const failures = ["denied", "unavailable", "timeout", "unsupported"] as const;

  afterEach(() => overwriteGetLocale(() => "nl"));

  it.each([
    ["nl", /[Tt]yp de coördinaten/, /instelling/i],
    ["en", /type the coordinates/i, /setting/i],
  ] as const)("offers typing after every failure, and names no settings (%s)", (locale, typing, settings) => {
    overwriteGetLocale(() => locale);
    for (const why of failures) {
      expect(locationFailureText(why)).toMatch(typing);
      expect(locationFailureText(why)).not.toMatch(settings);
    }
    expect(new Set(failures.map(locationFailureText)).size).toBe(failures.length);
  });
});

describe("positionText", () => {
  it("names the side of each, so that an exchange is seen", () => {
    const at = {
      latitudeE6: 52_462_800,
      longitudeE6: -4_000_001,
      accuracyMetres: null,
      source: "typed",
    } as const;
    expect(positionText(at)).toBe("52,462800° N, 4,000001° W");
  });
});

describe("measure", () => {
  const failing = (code: number) =>
    ({
      getCurrentPosition: (_: unknown, fail: PositionErrorCallback) =>
        fail({ code, message: "", PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2, TIMEOUT: 3 }),
    }) as unknown as Geolocation;

  it("says why it failed", async () => {
    await expect(measure(failing(1))).rejects.toBe("denied");
    await expect(measure(failing(2))).rejects.toBe("unavailable");
    await expect(measure(failing(3))).rejects.toBe("timeout");
    await expect(measure(undefined)).rejects.toBe("unsupported");
  });
});
