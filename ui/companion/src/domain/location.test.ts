import { afterEach, describe, expect, it } from "vitest";

import { overwriteGetLocale } from "../paraglide/runtime";
import { coordinatesText, locationFailureText, measure, measured, typedCoordinates } from "./location";

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
    expect(measured({ latitude: 0, longitude: 0, accuracy: Number.NaN }).accuracyMetres).toBeNull();
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

describe("typedCoordinates", () => {
  it.each([
    ["52.4628, 4.5731", 52_462_800, 4_573_100],
    ["52.4628 4.5731", 52_462_800, 4_573_100],
    ["52,4628; 4,5731", 52_462_800, 4_573_100],
    [" 52.4628°, 4.5731° ", 52_462_800, 4_573_100],
    ["-33.9, -18", -33_900_000, -18_000_000],
  ])("reads %s", (text, latitudeE6, longitudeE6) => {
    expect(typedCoordinates(text)).toEqual({
      latitudeE6,
      longitudeE6,
      accuracyMetres: null,
      source: "typed",
    });
  });

  it.each(["", "52.4628", "91, 4", "52, 181", "IJmuiden", "52.4628, 4.5731, 3", "1e2, 4"])(
    "refuses %j",
    (text) => {
      expect(typedCoordinates(text)).toBeNull();
    },
  );

  it("reads back what it shows", () => {
    const coordinates = measured({ latitude: 52.4628, longitude: -4.000001, accuracy: 5 });
    expect(typedCoordinates(coordinatesText(coordinates))).toMatchObject({
      latitudeE6: 52_462_800,
      longitudeE6: -4_000_001,
    });
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
