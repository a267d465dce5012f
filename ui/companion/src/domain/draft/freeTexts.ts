/** Where the texts of a place that are no numbers of a register are asked. The name is asked by itself. */
import type { PlaceText } from "@baken/shared";

import type { Identifier } from "./identifiers";

export type FreeText = Exclude<PlaceText, Identifier | "name">;

type Asked = "of a ship" | "of premises" | "of any place";

/** Any text that is added to a place is asked somewhere, or this does not compile. */
const ASKED: Readonly<Record<FreeText, Asked>> = {
  berth: "of a ship",
  address: "of premises",
  neighbourhood: "of any place",
};

export function freeTexts(asked: Asked): FreeText[] {
  return (Object.keys(ASKED) as FreeText[]).filter((name) => ASKED[name] === asked);
}
