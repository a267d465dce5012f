/**
 * Coordinates as whole microdegrees, from the device's measurement or from what was typed.
 * Whole numbers because they end up in signed bytes, where a fraction has no single form.
 */
import type { Coordinates } from "@baken/bindings";

import * as m from "../paraglide/messages";

const MICRO = 1_000_000;

/** The part of a browser's position this reads. */
export type Measurement = { latitude: number; longitude: number; accuracy: number };

export function measured({ latitude, longitude, accuracy }: Measurement): Coordinates {
  return {
    latitudeE6: Math.round(latitude * MICRO),
    longitudeE6: Math.round(longitude * MICRO),
    accuracyMetres: Number.isFinite(accuracy) ? Math.max(1, Math.ceil(accuracy)) : null,
    source: "measured",
  };
}

/**
 * Reads "52.4628, 4.5731", also with a comma as decimal sign when a space or semicolon parts the two.
 * Null when it is not two numbers on the globe.
 */
export function typedCoordinates(text: string): Coordinates | null {
  const match =
    /^\s*([+-]?\d{1,2}(?:[.,]\d{1,8})?)°?\s*(?:[;,]\s*|\s+)([+-]?\d{1,3}(?:[.,]\d{1,8})?)°?\s*$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const latitude = Number(match[1].replace(",", "."));
  const longitude = Number(match[2].replace(",", "."));
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return {
    latitudeE6: Math.round(latitude * MICRO),
    longitudeE6: Math.round(longitude * MICRO),
    accuracyMetres: null,
    source: "typed",
  };
}

/** "52.462800, 4.573100": the same form that can be typed. */
export function coordinatesText({ latitudeE6, longitudeE6 }: Coordinates): string {
  return `${(latitudeE6 / MICRO).toFixed(6)}, ${(longitudeE6 / MICRO).toFixed(6)}`;
}

/** Why a measurement failed. */
export type LocationFailure = "denied" | "unavailable" | "timeout" | "unsupported";

/** What to do instead. No settings are named: not every device has them, and typing always works. */
export function locationFailureText(why: LocationFailure): string {
  switch (why) {
    case "denied":
      return m.location_denied();
    case "unavailable":
      return m.location_unavailable();
    case "timeout":
      return m.location_timeout();
    case "unsupported":
      return m.location_unsupported();
  }
}

const MEASURING_MS = 20_000;

/** Measures once. Rejects with a {@link LocationFailure}. */
export function measure(geolocation: Geolocation | undefined): Promise<Coordinates> {
  return new Promise((resolve, reject) => {
    // A plain word and not an Error: the screen switches on it.
    const fail = (why: LocationFailure) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- see above
      reject(why);
    };
    if (!geolocation) {
      fail("unsupported");
      return;
    }
    geolocation.getCurrentPosition(
      ({ coords }) => resolve(measured(coords)),
      (error) => {
        if (error.code === error.PERMISSION_DENIED) fail("denied");
        else if (error.code === error.TIMEOUT) fail("timeout");
        else fail("unavailable");
      },
      { enableHighAccuracy: true, timeout: MEASURING_MS, maximumAge: 0 },
    );
  });
}
