/** Taking over a place that the municipality knows into the form of a place. */
import type { FoundPlace, PlaceForm } from "@baken/bindings";

/**
 * All that is known of it, and nothing that stood there of another place. Coordinates stay: they say where the device
 * was, and a known place has none.
 */
export function takeOver(form: PlaceForm, { kind, district, exact }: FoundPlace): void {
  const { coordinates, coordinatesTyped } = form;
  Object.assign(form, exact, { kind, district, districtUnknown: false, coordinates, coordinatesTyped });
}
