/**
 * Looking for words in an unsealed observation: each word somewhere in it, whatever the case and the accents. What is given back is
 * the text around, with what was found told apart, and no more of it.
 */
import type { SealedObservation } from "./sealedForm";

export type Where = "narrative" | "reason" | "place" | "person" | "photo";
/** A piece of a text; `isHit`: it is what was looked for. */
type Piece = { text: string; isHit: boolean };
export type Hit = { where: Where; pieces: Piece[] };

const AROUND = 60;
const HITS = 3;
export const MOST_WORDS = 8;
const SHORTEST = 2;

/** What is looked for, folded: each word of two letters or more, once. */
export function wordsOf(typed: string): string[] {
  const words = fold(typed)
    .folded.split(/\s+/u)
    .filter((word) => word.length >= SHORTEST);
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/** Where the words stand; nothing where one of them is missing. */
export function hitsIn(said: SealedObservation, words: readonly string[]): Hit[] {
  if (words.length === 0) return [];
  const texts = textsOf(said).map(([where, text]) => ({ where, text, ...fold(text) }));
  const isThere = (word: string) => texts.some(({ folded }) => folded.includes(word));
  if (!words.every(isThere)) return [];
  return texts
    .filter(({ folded }) => words.some((word) => folded.includes(word)))
    .slice(0, HITS)
    .map(({ where, text, folded, at }) => ({ where, pieces: pieces(text, spans(folded, at, words)) }));
}

function textsOf(said: SealedObservation): [Where, string][] {
  const { coordinates, ...place } = said.place;
  void coordinates;
  return [
    ["narrative", said.narrative],
    ...("reason" in said ? ([["reason", said.reason]] as [Where, string][]) : []),
    ...Object.values(place).map((text): [Where, string] => ["place", text]),
    ...said.persons.map((person): [Where, string] => [
      "person",
      [person.pseudonym, person.description, "needs" in person ? person.needs : ""]
        .filter(Boolean)
        .join(" · "),
    ]),
    ...("photos" in said ? said.photos.map(({ caption }): [Where, string] => ["photo", caption]) : []),
  ];
}

/** The text without case and accents, and of each of its characters where it stood. */
function fold(text: string): { folded: string; at: number[] } {
  let folded = "";
  const at: number[] = [];
  let index = 0;
  for (const char of text) {
    const plain = char.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    folded += plain;
    for (let unit = 0; unit < plain.length; unit += 1) at.push(index);
    index += char.length;
  }
  at.push(index);
  return { folded, at };
}

type Span = [from: number, to: number];

/** Where the words stand in the text, in its order and apart. */
function spans(folded: string, at: readonly number[], words: readonly string[]): Span[] {
  const found: Span[] = [];
  for (const word of words) {
    for (let from = folded.indexOf(word); from >= 0; from = folded.indexOf(word, from + word.length)) {
      found.push([at[from] ?? 0, at[from + word.length] ?? 0]);
    }
  }
  found.sort(([one], [other]) => one - other);
  const apart: Span[] = [];
  for (const [from, to] of found) {
    const last = apart.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else apart.push([from, to]);
  }
  return apart;
}

/** The first of them with what stands around it. */
function pieces(text: string, found: readonly Span[]): Piece[] {
  const [first] = found;
  if (!first) return [];
  const [from, to] = [Math.max(0, first[0] - AROUND), Math.min(text.length, first[1] + AROUND)];
  const shown: Piece[] = [{ text: from > 0 ? "…" : "", isHit: false }];
  let next = from;
  for (const [begin, end] of found.filter(([begin]) => begin < to)) {
    shown.push(
      { text: text.slice(next, begin), isHit: false },
      { text: text.slice(begin, end), isHit: true },
    );
    next = end;
  }
  const rest = next < to ? text.slice(next, to) : "";
  shown.push({ text: rest + (Math.max(next, to) < text.length ? "…" : ""), isHit: false });
  return shown.filter((piece) => piece.text !== "");
}
