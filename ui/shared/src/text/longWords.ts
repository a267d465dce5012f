/** For the tests: the words that cannot break where there is no room for them, in what a catalogue says. */

/** Every piece of more than `longest` letters that cannot break. */
export function unbreakable(text: string, longest: number): string[] {
  return (text.match(/[\p{L}]+/gu) ?? []).filter((piece) => piece.length > longest);
}

/** Every text of a catalogue, without the names of variables and addresses. */
export function* catalogueTexts(value: unknown, key = ""): Generator<string> {
  if (["$schema", "declarations", "selectors"].includes(key)) return;
  if (typeof value === "string") yield value.replaceAll(/\{\w+\}|https?:\/\/\S*/g, "");
  else if (typeof value === "object" && value !== null)
    for (const [name, part] of Object.entries(value)) yield* catalogueTexts(part, name);
}

/** The longest piece of a sentence or a button: it has more width than an answer's box. */
export const LONGEST_IN_TEXT = 12;
