/**
 * Persons in an observation: pseudonyms P1, P2 …, never names. Whoever is spoken of in several observations of an inspection
 * is one person by an id and keeps the number. Nobody is chosen merely because they were there last time.
 */
import type { PersonForm } from "@baken/bindings";

/** The purpose of consent without which nobody is registered with CoMensha, and the answers to it. */
export const REGISTRATION = "registratie-comensha";
export const NOT_ASKED = "niet-gevraagd";
export const GIVEN = "gegeven";

/** Roughly how old, as it is stored and as both languages write it. */
export const AGE_BANDS = ["0-11", "12-17", "18-24", "25-34", "35-54", "55+"] as const;

const numberOf = ({ pseudonym }: Pick<PersonForm, "pseudonym">): number =>
  Number(/^P(\d+)$/.exec(pseudonym)?.[1] ?? 0);

/** The next person: a number above every one that is known, so that a removed P2 never comes back as someone else. */
export function nextPerson(known: readonly PersonForm[], id: string): PersonForm {
  const highest = Math.max(0, ...known.map(numberOf));
  const blank = { role: "", ageBand: "", language: "", needs: "", description: "" };
  return { id, pseudonym: `P${highest + 1}`, ...blank, consents: [] };
}

export const isSame = (one: PersonForm, other: PersonForm): boolean =>
  one.id === null ? one.pseudonym === other.pseudonym : one.id === other.id;

/** Everybody there is a chip for: of the inspection and of this draft, the highest number first. */
export function everybody(earlier: readonly PersonForm[], here: readonly PersonForm[]): PersonForm[] {
  const others = earlier.filter((person) => !here.some((chosen) => isSame(chosen, person)));
  return [...here, ...others].sort((one, other) => numberOf(other) - numberOf(one));
}

/** The pseudonyms in a text. */
export function spokenOf(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/(?<![\p{L}\p{N}])p(\d{1,3})(?![\p{L}\p{N}])/giu)].map(
      (found) => `P${Number(found[1])}`,
    ),
  );
}

/** Those who are spoken of in `after` for the first time, out of all who are known and not chosen yet. */
export function newlySpokenOf(
  before: string,
  after: string,
  known: readonly PersonForm[],
  chosen: readonly PersonForm[],
): PersonForm[] {
  const [already, now] = [spokenOf(before), spokenOf(after)];
  return known.filter(
    (person) =>
      now.has(person.pseudonym) &&
      !already.has(person.pseudonym) &&
      !chosen.some((other) => isSame(other, person)),
  );
}

/** The shortest thing to recognise somebody by: what stands before the first comma. */
export function briefly(person: PersonForm): string {
  const [first = ""] = (person.description.trim() || person.role).split(/[,.;\n]/, 1);
  const words = first.trim();
  return words.length > 14 ? `${words.slice(0, 13).trimEnd()}…` : words;
}

/** "Matroos · 25-34 · Engels" */
export function shortAnswers(person: PersonForm): string {
  return [person.role, person.ageBand, person.language, person.needs]
    .filter((text) => text.trim() !== "")
    .join(" · ");
}

/** Whether nothing was written about a person yet: worth a hint, never an error. */
export function isUndescribed(person: PersonForm): boolean {
  return person.description.trim() === "" && shortAnswers(person) === "";
}

/** The state of one consent; what was never answered was not asked. */
export function consentState(person: PersonForm, purpose: string): string {
  return consentAnswer(person, purpose) ?? NOT_ASKED;
}

/** What was answered to one question for consent; null before that. */
export function consentAnswer(person: PersonForm, purpose: string): string | null {
  return person.consents.find((consent) => consent.purpose === purpose)?.state ?? null;
}

export function withConsent(person: PersonForm, purpose: string, state: string): PersonForm["consents"] {
  return [...person.consents.filter((consent) => consent.purpose !== purpose), { purpose, state }];
}

/** Not asked, for every purpose without an answer. What was answered stays. */
export function restNotAsked(
  person: PersonForm,
  purposes: readonly { code: string }[],
): PersonForm["consents"] {
  const open = purposes.filter(({ code }) => consentAnswer(person, code) === null);
  return [...person.consents, ...open.map(({ code }) => ({ purpose: code, state: NOT_ASKED }))];
}
