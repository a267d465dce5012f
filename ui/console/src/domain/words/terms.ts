/** Words for the codes of the vocabulary, and for the teams something is sealed for. */
import type { Session, Vocabulary } from "@baken/bindings";
import { vocabularyWords } from "@baken/shared";

import * as m from "../../paraglide/messages";
import { getLocale } from "../../paraglide/runtime";

// Asked each time: the choice of language replaces this function.
const { shortLabel, ...words } = vocabularyWords(() => getLocale());
export const { choices, indicatorLabels, label, labels } = words;

/** "Acuut", without what is to be done then: for a count or a chip. */
export const urgencyWord = (vocabulary: Vocabulary, code: string): string =>
  shortLabel(vocabulary.urgencies, code);

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
