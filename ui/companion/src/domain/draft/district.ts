/** The district of a place as the one answer it is on screen: a code, "I do not know", or none yet. */
import type { PlaceForm } from "@baken/bindings";

/** Not knowing, among the codes of the vocabulary's districts (`WK045304`), of which it is none. */
export const UNKNOWN_DISTRICT = "onbekend";

type District = Pick<PlaceForm, "district" | "districtUnknown">;

/** Empty while the question has no answer. */
export function districtAnswer({ district, districtUnknown }: District): string {
  return district ?? (districtUnknown ? UNKNOWN_DISTRICT : "");
}

/** Takes an answer over; the core refuses a district together with not knowing it. */
export function answerDistrict(place: District, answer: string): void {
  place.districtUnknown = answer === UNKNOWN_DISTRICT;
  place.district = answer === "" || place.districtUnknown ? null : answer;
}
