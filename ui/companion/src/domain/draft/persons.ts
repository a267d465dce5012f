/** Persons in an observation: pseudonyms P1, P2 …, never names. */
import type { PersonForm, Vocabulary } from "@baken/bindings";

/** The purpose of consent without which nobody is registered with CoMensha, and the answers to it. */
export const REGISTRATION = "registratie-comensha";
export const NOT_ASKED = "niet-gevraagd";
export const GIVEN = "gegeven";

/** The next person: a number above every earlier one, so that a removed P2 never comes back as someone else. */
export function nextPerson(persons: readonly PersonForm[], vocabulary: Vocabulary): PersonForm {
  const numbers = persons.map(({ pseudonym }) => Number(/^P(\d+)$/.exec(pseudonym)?.[1] ?? 0));
  const notAsked = vocabulary.consentStates[0]?.code ?? NOT_ASKED;
  return {
    pseudonym: `P${Math.max(0, ...numbers) + 1}`,
    description: "",
    consents: vocabulary.consentPurposes.map(({ code }) => ({ purpose: code, state: notAsked })),
  };
}

/** Whether nothing was written about a person yet: worth a hint, never an error. */
export function isUndescribed(person: PersonForm): boolean {
  return person.description.trim() === "";
}

/** The state of one consent; what was never answered was not asked. */
export function consentState(person: PersonForm, purpose: string): string {
  return person.consents.find((consent) => consent.purpose === purpose)?.state ?? NOT_ASKED;
}

export function withConsent(person: PersonForm, purpose: string, state: string): PersonForm["consents"] {
  return [...person.consents.filter((consent) => consent.purpose !== purpose), { purpose, state }];
}
