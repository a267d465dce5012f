/**
 * A text that a device sent, as the pieces a reader may see. A character that is not seen (zero width, direction,
 * control) can hide a word, turn a name around or make two names look alike; each becomes a piece of its own, to be
 * shown as what it is. Marks piled on one letter beyond what any script needs would cover the lines around it: they are
 * one piece, shown as their number. What joins the parts of one emoji or the letters of one script's word is part of what is seen.
 */
export type Piece = { text: string; hidden: boolean };

/** By their short names in the Unicode Standard; another has its number. */
const NAMES: Readonly<Partial<Record<string, string>>> = {
  "\u00AD": "SHY",
  "\u034F": "CGJ",
  "\u061C": "ALM",
  "\u180E": "MVS",
  "\u200B": "ZWSP",
  "\u200C": "ZWNJ",
  "\u200D": "ZWJ",
  "\u200E": "LRM",
  "\u200F": "RLM",
  "\u202A": "LRE",
  "\u202B": "RLE",
  "\u202C": "PDF",
  "\u202D": "LRO",
  "\u202E": "RLO",
  "\u2060": "WJ",
  "\u2066": "LRI",
  "\u2067": "RLI",
  "\u2068": "FSI",
  "\u2069": "PDI",
  "\uFEFF": "BOM",
};

const HIDDEN = /[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\u2028\u2029]/u;
const SHOWN = /[\t\n\r]|[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]/u;
const EMOJI = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{1F1E6}-\u{1F1FF}]/u;
/** What is drawn on the letter before it. */
const MARK = /(?!\p{Default_Ignorable_Code_Point})[\p{Mn}\p{Me}]/u;
const MOST_MARKS = 5;
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
/** Scripts whose letters change their form beside one another. */
const JOINED =
  /[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Syriac}\p{Script=Mongolian}]/u;

export function pieces(text: string): Piece[] {
  const characters = Array.from(text);
  const found: Piece[] = [];
  let piled = 0;
  characters.forEach((character, index) => {
    piled = MARK.test(character) ? piled + 1 : 0;
    if (piled > MOST_MARKS) {
      const pile = piled > MOST_MARKS + 1 ? found.at(-1) : undefined;
      if (pile) pile.text += character;
      else found.push({ text: character, hidden: true });
      return;
    }
    const hidden = HIDDEN.test(character) && !SHOWN.test(character) && !belongs(characters, index, character);
    const last = found.at(-1);
    if (!hidden && last && !last.hidden) last.text += character;
    else found.push({ text: character, hidden });
  });
  return found;
}

/** "RLO", "U+FFF9" for one without a name that people use, or "+36" for marks that were piled up. */
export function hiddenName(character: string): string {
  if (MARK.test(character)) return `+${Array.from(character).length}`;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return NAMES[character] ?? `U+${code}`;
}

/** The same as one string, for a label or a title: every hidden character in brackets, and the whole isolated. */
export function shownText(text: string): string {
  const shown = pieces(text).map((piece) => (piece.hidden ? `[${hiddenName(piece.text)}]` : piece.text));
  return `\u2068${shown.join("")}\u2069`;
}

/**
 * The same for words that are nearly always plain, as of a vocabulary: only what could turn its surroundings around or
 * hides something is changed, so that plain words stay equal to what is written elsewhere.
 */
export function withinItself(text: string): string {
  const plain = !RIGHT_TO_LEFT.test(text) && pieces(text).every((piece) => !piece.hidden);
  return plain ? text : shownText(text);
}

function belongs(characters: readonly string[], index: number, character: string): boolean {
  const before = characters[index - 1] ?? "";
  const after = characters[index + 1] ?? "";
  switch (character) {
    case "\u200D":
      return (
        (/[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]/u.test(before) && EMOJI.test(after)) ||
        (JOINED.test(before) && JOINED.test(after))
      );
    case "\u200C":
      return JOINED.test(before) && JOINED.test(after);
    case "\uFE0E":
    case "\uFE0F":
      return EMOJI.test(before) || /[0-9#*]/.test(before);
    default:
      return false;
  }
}
