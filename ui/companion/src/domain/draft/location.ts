/**
 * Coordinates as whole microdegrees, since they end up in signed bytes, where a fraction has no single form.
 * Deliberately absent: reading what was typed. The core does that, so that what is shown is what is signed.
 */
import type { Coordinates } from "@baken/bindings";
import { degreesText } from "@baken/shared";

import * as m from "../../paraglide/messages";
import { getLocale } from "../../paraglide/runtime";

const MICRO = 1_000_000;
const FARTHEST_METRES = 20_000_000;

/** The part of a browser's position this reads. */
export type Measurement = { latitude: number; longitude: number; accuracy: number };

export function measured({ latitude, longitude, accuracy }: Measurement): Coordinates {
  return {
    latitudeE6: Math.round(latitude * MICRO),
    longitudeE6: Math.round(longitude * MICRO),
    // What reaches around the globe says nothing.
    accuracyMetres: accuracy >= 0 && accuracy < FARTHEST_METRES ? Math.max(1, Math.ceil(accuracy)) : null,
    source: "measured",
  };
}

/** "52,462800° N, 4,573100° O": each with its side, so that an exchange is seen. */
export function positionText({ latitudeE6, longitudeE6 }: Coordinates): string {
  return m.position({
    latitude: degreesText(latitudeE6, getLocale()),
    northSouth: latitudeE6 < 0 ? m.position_south() : m.position_north(),
    longitude: degreesText(longitudeE6, getLocale()),
    eastWest: longitudeE6 < 0 ? m.position_west() : m.position_east(),
  });
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
