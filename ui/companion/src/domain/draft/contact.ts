/**
 * A contact moment: whom one met before and may choose, and the words of the button that signs it. Nobody is chosen for
 * having been met before, and what they consented to last time is asked anew.
 */
import type { ContactForm, OrganisationKind, PersonForm, Term, Vocabulary } from "@baken/bindings";
import { shownText } from "@baken/shared";

import * as m from "../../paraglide/messages";
import { getLocale } from "../../paraglide/runtime";
import { shortMoment } from "../words/wording";

/** The purpose of consent that is asked in sight: without it care cannot help. */
export const CARE = "zorg";
/** The answer that rules the others out, of what was asked for and of what was given. */
export const NOTHING = "niets";

/** Somebody who was not met before; the pseudonym is theirs to be given. */
export function newPerson(id: string): PersonForm {
  return {
    id,
    ...{ pseudonym: "", role: "", ageBand: "", language: "", needs: "", description: "" },
    consents: [],
  };
}

/** The language as it is written down: a word, since it is typed where the list has it not. */
const languageWord = (term: Term): string => (getLocale() === "nl" ? term.nl : term.en);

/** The languages there are tiles for: those of the list, and the person's own first where it is another. */
export function languages(vocabulary: Vocabulary, known: readonly PersonForm[]): string[] {
  const listed = vocabulary.contactLanguages.map(languageWord);
  const spoken = known.map(({ language }) => language.trim()).filter((language) => language !== "");
  return [...new Set([...spoken.filter((language) => !listed.includes(language)), ...listed])];
}

/** "Roos · 21:40", or what is still missing. */
export function contactSecond(form: ContactForm, unanswered: readonly string[], now: Date): string {
  if (unanswered.length > 0) return m.obs_missing({ count: unanswered.length });
  const moment = form.metAt === null ? m.moment_missing() : shortMoment(form.metAt, now);
  return [shownText(form.person.pseudonym), moment].join(" · ");
}

/** What the organisation of whoever carries the device is for; null where that is not known. */
export const organisationKind = (
  vocabulary: Vocabulary,
  organisation: string | null | undefined,
): OrganisationKind | null =>
  vocabulary.organisations.find(({ code }) => code === organisation)?.kind ?? null;
