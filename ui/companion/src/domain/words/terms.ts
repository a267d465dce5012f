/** Words for the codes of the vocabulary, and the codes that mean something to a form. */
import type { Indicator, PlaceKind, Term, Vocabulary } from "@baken/bindings";
import { vocabularyWords, type Choice } from "@baken/shared";

import { getLocale } from "../../paraglide/runtime";
import { softened } from "./softHyphens";

// Asked each time: the choice of language replaces this function.
const { shortLabel, ...words } = vocabularyWords(
  () => getLocale(),
  (text) => (getLocale() === "nl" ? softened(text) : text),
);
export const { briefChoices, briefLabel, choices, indicatorLabels, label, labels, termLabel } = words;

/** Nothing for an answer that was not given. */
export const optionalLabel = (terms: readonly Term[], code: string | null): string => label(terms, code);

export function indicatorChoices(indicators: readonly Indicator[]): Choice[] {
  return indicators.map((term) => ({ value: term.code, label: termLabel(term), keywords: term.keywords }));
}

/** Answers that exclude every other of their list. */
export const SOLE_FORM = "onbekend";
export const SOLE_ACTION = "geen";
/** The urgency that asks for a call and not for a record. */
export const ACUTE = "acuut";
/** The urgency that has to be acted on within a day. */
export const URGENT = "spoed";

/** "Spoed" of "Spoed: binnen 24 uur", where there is no room for the period. */
export function urgencyName(vocabulary: Vocabulary, code: string): string {
  return shortLabel(vocabulary.urgencies, code);
}

/** "24 uur" of "Spoed: binnen 24 uur": what stands beside the question once it is answered. */
export function urgencyPeriod(vocabulary: Vocabulary, code: string): string {
  return label(vocabulary.urgencies, code)
    .split(":")
    .slice(1)
    .join(":")
    .trim()
    .replace(/^(binnen|within) /, "");
}

export function placeKind(vocabulary: Vocabulary, code: string | null): PlaceKind | null {
  return vocabulary.placeKinds.find((kind) => kind.code === code) ?? null;
}
