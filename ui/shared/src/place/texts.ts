/**
 * The texts of a place by their names, as whoever shows them needs them. Which there are is the core's to say; each app
 * has its own words for them, in the order in which it shows them, and one that has none for a text does not compile.
 */
import type { ExactPlace } from "@baken/bindings";

/** The name of a text: all of a place but its coordinates. */
export type PlaceText = Exclude<keyof ExactPlace, "coordinates">;

/** What a text is called, by its name. */
export type PlaceWords<Name extends PlaceText = PlaceText> = Readonly<Record<Name, () => string>>;

/** Each text that `words` has a word for, in that order; empty ones too. */
export function placeTexts<Name extends PlaceText>(
  place: Pick<ExactPlace, Name>,
  words: PlaceWords<Name>,
): { name: Name; label: string; value: string }[] {
  return (Object.keys(words) as Name[]).map((name) => ({ name, label: words[name](), value: place[name] }));
}
