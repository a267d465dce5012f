/** What the texts of a place are called, in the order in which a record is read. */
import type { PlaceText, PlaceWords } from "@baken/shared";

import * as m from "../../paraglide/messages";

export const PLACE_WORDS: PlaceWords = {
  name: m.place_name,
  berth: m.place_berth,
  address: m.place_address,
  postcode: m.place_postcode,
  neighbourhood: m.place_neighbourhood,
  imo: m.place_imo,
  mmsi: m.place_mmsi,
  eni: m.place_eni,
  fishingMark: m.place_fishing_mark,
  kvk: m.place_kvk,
  bag: m.place_bag,
};

/** The text of a place that a field path is about, where it is about one. */
export function placeText(path: string): PlaceText | null {
  const name = path.startsWith("place.") ? path.slice("place.".length) : "";
  return name in PLACE_WORDS ? (name as PlaceText) : null;
}
