import { expect, it } from "vitest";

import { coordinatesText, degreesText } from "./position";

const AT = {
  latitudeE6: 52_462_800,
  longitudeE6: -4_000_001,
  accuracyMetres: null,
  source: "typed",
} as const;

it("writes coordinates as they can be typed", () => {
  expect(coordinatesText(AT)).toBe("52.462800, -4.000001");
});

it("writes degrees as the language on screen does, without a sign", () => {
  expect([degreesText(AT.longitudeE6, "nl"), degreesText(AT.longitudeE6, "en")]).toEqual([
    "4,000001",
    "4.000001",
  ]);
});
