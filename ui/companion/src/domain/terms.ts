/** Words for the codes of the vocabulary. A code this vocabulary does not know is shown as it is. */
import type { Indicator, PlaceKind, Term, Vocabulary } from "@baken/bindings";
import type { Choice } from "@baken/shared";

import { getLocale } from "../paraglide/runtime";

export function termLabel(term: Term): string {
  return getLocale() === "en" ? term.en : term.nl;
}

export function label(terms: readonly Term[], code: string): string {
  const term = terms.find((candidate) => candidate.code === code);
  return term ? termLabel(term) : code;
}

/** Nothing for an answer that was not given. */
export function optionalLabel(terms: readonly Term[], code: string | null): string {
  return code === null ? "" : label(terms, code);
}

export function labels(terms: readonly Term[], codes: readonly string[]): string {
  return codes.map((code) => label(terms, code)).join(", ");
}

export function choices(terms: readonly Term[]): Choice[] {
  return terms.map((term) => ({ value: term.code, label: termLabel(term) }));
}

export function indicatorChoices(indicators: readonly Indicator[]): Choice[] {
  return indicators.map((term) => ({ value: term.code, label: termLabel(term), keywords: term.keywords }));
}

/** Answers that exclude every other of their list. */
export const SOLE_FORM = "onbekend";
export const SOLE_ACTION = "geen";
/** The urgency that asks for a call and not for a record. */
export const ACUTE = "acuut";

export function placeKind(vocabulary: Vocabulary, code: string | null): PlaceKind | null {
  return vocabulary.placeKinds.find((kind) => kind.code === code) ?? null;
}

export function indicatorLabels(vocabulary: Vocabulary, codes: readonly string[]): string[] {
  const indicators = vocabulary.indicatorGroups.flatMap((group) => group.indicators);
  return codes.map((code) => `${label(indicators, code)} (${code})`);
}
