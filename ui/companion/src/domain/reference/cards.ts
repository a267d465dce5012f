/** Reference cards: in which language one is read, what of it stands together, and which one a question is after. */
import type { BlockKind, Card, CardText, Phone, ReferenceShelf } from "@baken/bindings";

import * as m from "../../paraglide/messages";

/** A card in this language, or else as its author put it first. */
export function textIn(card: Card, language: string): CardText {
  const [first] = card.texts;
  const found = card.texts.find((text) => text.language === language) ?? first;
  return found ?? { language, title: card.code, summary: "", blocks: [] };
}

/** The language by its own name: whoever it is shown to finds it. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

export type Piece = { kind: BlockKind; texts: string[] };

/** Steps and points that follow each other are one list. */
export function pieces(text: CardText): Piece[] {
  const all: Piece[] = [];
  for (const { kind, text: words } of text.blocks) {
    const last = all.at(-1);
    if (last?.kind === kind && (kind === "step" || kind === "point")) last.texts.push(words);
    else all.push({ kind, texts: [words] });
  }
  return all;
}

const folded = (text: string) =>
  text
    .normalize("NFKD")
    .replaceAll(/[\p{Mn}\u00ad]/gu, "")
    .toLowerCase();

/** The cards that have every word of the question somewhere, in the language on screen. */
export function matching(shelf: ReferenceShelf, question: string, language: string): ReferenceShelf["cards"] {
  const words = folded(question)
    .split(/\s+/)
    .filter((word) => word !== "");
  return shelf.cards.filter(({ card }) => {
    const { title, summary, blocks } = textIn(card, language);
    const all = folded([title, summary, ...blocks.map(({ text }) => text)].join(" "));
    return words.every((word) => all.includes(word));
  });
}

/** What a card that is built in calls numbers by, where the municipality gave none. */
const NAMES: Record<string, () => string> = {
  "politie-avim": m.reference_phone_police,
  zorgcoordinator: m.reference_phone_care,
  comensha: () => "CoMensha",
  "veilig-thuis": () => "Veilig Thuis",
};

export type Call = { code: string; name: string; number: string | null };

/** Whom a card says to call. The emergency number is the vocabulary's; every other one is the municipality's, or none. */
export function calls(card: Card, phones: readonly Phone[], emergency: string, language: string): Call[] {
  return card.calls.map((code) => {
    if (code === emergency) return { code, name: emergency, number: emergency };
    const phone = phones.find((known) => known.code === code);
    if (phone) return { code, name: language === "nl" ? phone.nl : phone.en, number: phone.number };
    return { code, name: NAMES[code]?.() ?? code, number: null };
  });
}
