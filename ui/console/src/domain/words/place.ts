/** What the texts of a place are called, in the order in which they are shown. A postcode stands behind its address. */
import type { PlaceText, PlaceWords } from "@baken/shared";

import * as m from "../../paraglide/messages";

export const PLACE_WORDS: PlaceWords<Exclude<PlaceText, "postcode">> = {
  name: m.place_name,
  address: m.place_address,
  neighbourhood: m.place_neighbourhood,
  berth: m.place_berth,
  imo: m.place_imo,
  mmsi: m.place_mmsi,
  eni: m.place_eni,
  fishingMark: m.place_mark,
  kvk: m.place_kvk,
  bag: m.place_bag,
};
