/**
 * Words for the codes of the vocabulary, in the language on screen. A code this vocabulary does not know is shown
 * as it is: a record outlives the vocabulary it was written with. Each app hands over how it knows its language, and
 * what it does to words before they are drawn. Neither a term nor a code can turn around what stands beside it.
 */
import type { ShortLabel, Term, Vocabulary } from "@baken/bindings";

import type { Choice } from "../components/choice";
import type { Locale } from "../i18n/locale.svelte";
import { withinItself } from "../text/hidden";

type BriefTerm = Term & { short?: ShortLabel };

export function vocabularyWords(locale: () => Locale, drawn: (text: string) => string = (text) => text) {
  const words = (text: string): string => drawn(withinItself(text));
  const termLabel = (term: Term): string => words(term[locale()]);

  /** Nothing for an answer that was not given. */
  const label = (terms: readonly Term[], code: string | null): string => {
    if (code === null) return "";
    const term = terms.find((candidate) => candidate.code === code);
    return term ? termLabel(term) : withinItself(code);
  };

  /** "Acuut" of "Acuut: bel 112": without what is to be done then, where there is no room for it. */
  const shortLabel = (terms: readonly Term[], code: string): string => {
    const term = terms.find((candidate) => candidate.code === code);
    return term ? words(term[locale()].split(":", 1)[0] ?? "") : withinItself(code);
  };

  const labels = (terms: readonly Term[], codes: readonly string[]): string =>
    codes.map((code) => label(terms, code)).join(", ");

  /** In a word or two, where the vocabulary has those; of an older one what stands before the colon. */
  const briefLabel = (term: BriefTerm): string =>
    words(term.short?.[locale()] || (term[locale()].split(":", 1)[0] ?? ""));

  const briefChoices = (terms: readonly BriefTerm[]): Choice[] =>
    terms.map((term) => ({ value: term.code, label: briefLabel(term) }));

  const choices = (terms: readonly Term[]): Choice[] =>
    terms.map((term) => ({ value: term.code, label: termLabel(term) }));

  /** With the code behind the words: indicators are also spoken of by their code. */
  const indicatorLabels = (vocabulary: Vocabulary, codes: readonly string[]): string[] => {
    const indicators = vocabulary.indicatorGroups.flatMap((group) => group.indicators);
    return codes.map((code) => `${label(indicators, code)} (${withinItself(code)})`);
  };

  return { termLabel, briefLabel, briefChoices, label, shortLabel, labels, choices, indicatorLabels };
}
