/** Words for the codes of the vocabulary. A code this vocabulary does not know is shown as it is. */
import type { Session, Term, Vocabulary } from "@baken/bindings";
import type { Choice } from "@baken/shared";

import * as m from "../paraglide/messages";
import { getLocale } from "../paraglide/runtime";

const word = (term: Term): string => (getLocale() === "en" ? term.en : term.nl);

export function label(terms: readonly Term[], code: string | null): string {
  if (code === null) return "";
  const term = terms.find((candidate) => candidate.code === code);
  return term ? word(term) : code;
}

export const labels = (terms: readonly Term[], codes: readonly string[]): string =>
  codes.map((code) => label(terms, code)).join(", ");

/** "Acuut", without what is to be done then: for a count or a chip. */
export const urgencyWord = (vocabulary: Vocabulary, code: string): string =>
  label(vocabulary.urgencies, code).split(":")[0] ?? code;

export const choices = (terms: readonly Term[]): Choice[] =>
  terms.map((term) => ({ value: term.code, label: word(term) }));

export function indicatorLabels(vocabulary: Vocabulary, codes: readonly string[]): string[] {
  const indicators = vocabulary.indicatorGroups.flatMap((group) => group.indicators);
  return codes.map((code) => `${label(indicators, code)} (${code})`);
}

const OWN = "eigen:";
/** The backup key in the municipality's safe: no team, and nobody's to ask for. */
const RECOVERY = "recovery";

/** The names of the teams something was sealed for: `team`, `zorg` or `eigen:ORGANISATION`. */
export const teamNames = (vocabulary: Vocabulary, teams: readonly string[]): string =>
  teams
    .filter((team) => team !== RECOVERY)
    .map((team) =>
      team.startsWith(OWN)
        ? m.team_own({ organisation: label(vocabulary.organisations, team.slice(OWN.length)) })
        : label(vocabulary.levels, team),
    )
    .join(", ");

/** The teams whose keys an account with these levels should have. */
export const teamsOf = ({ levels, organisation }: Pick<Session, "levels" | "organisation">): string[] =>
  levels.map((level) => (level === "eigen" ? `${OWN}${organisation}` : level));
