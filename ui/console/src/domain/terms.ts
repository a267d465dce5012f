/** Words for the codes of the vocabulary. A code this vocabulary does not know is shown as it is. */
import type { Term, Vocabulary } from "@baken/bindings";
import type { Choice } from "@baken/shared";

import { getLocale } from "../paraglide/runtime";

const word = (term: Term): string => (getLocale() === "en" ? term.en : term.nl);

export function label(terms: readonly Term[], code: string | null): string {
  if (code === null) return "";
  const term = terms.find((candidate) => candidate.code === code);
  return term ? word(term) : code;
}

export const labels = (terms: readonly Term[], codes: readonly string[]): string =>
  codes.map((code) => label(terms, code)).join(", ");

export const choices = (terms: readonly Term[]): Choice[] =>
  terms.map((term) => ({ value: term.code, label: word(term) }));

export function indicatorLabels(vocabulary: Vocabulary, codes: readonly string[]): string[] {
  const indicators = vocabulary.indicatorGroups.flatMap((group) => group.indicators);
  return codes.map((code) => `${label(indicators, code)} (${code})`);
}
