/** Coordinates in whole microdegrees, as people read and type them. */
import type { Coordinates } from "@baken/bindings";

import type { Locale } from "../i18n/locale.svelte";
import { languageTag } from "./number";

const MICRO = 1_000_000;
const DIGITS = 6;

/** "52.462800, 4.573100": the form that can be typed, the same in every language. */
export const coordinatesText = ({ latitudeE6, longitudeE6 }: Coordinates): string =>
  [latitudeE6, longitudeE6].map((e6) => (e6 / MICRO).toFixed(DIGITS)).join(", ");

/** "4,000001", in English "4.000001": without its side, which is for words to say. */
export const degreesText = (e6: number, locale: Locale): string =>
  new Intl.NumberFormat(languageTag(locale), {
    minimumFractionDigits: DIGITS,
    maximumFractionDigits: DIGITS,
  }).format(Math.abs(e6) / MICRO);
