/** Which numbers a kind of place can have; codes of the vocabulary's place kinds. */
import type { PlaceForm } from "@baken/bindings";

export type Identifier = "imo" | "mmsi" | "eni" | "fishingMark" | "postcode" | "kvk" | "bag";

const SHIP: readonly Identifier[] = ["imo", "mmsi", "eni", "fishingMark"];
const PREMISES: readonly Identifier[] = ["postcode", "kvk", "bag"];
const BY_KIND: Partial<Record<string, readonly Identifier[]>> = {
  zeeschip: ["imo", "mmsi"],
  vissersschip: ["imo", "mmsi", "fishingMark"],
  binnenvaartschip: ["eni", "mmsi"],
};

/** What to ask for; a number that is filled in already is never hidden. A ship of an unknown kind is asked all. */
export function identifiersOf(
  kind: string | null,
  ship: boolean,
  filled: Pick<PlaceForm, Identifier>,
): Identifier[] {
  const asked = BY_KIND[kind ?? ""] ?? (ship ? SHIP : PREMISES);
  return [...asked, ...[...SHIP, ...PREMISES].filter((key) => filled[key] !== "" && !asked.includes(key))];
}
