/**
 * What the persons of a report said about sharing, from the sealed parts of its observations, opened in this browser. The
 * backend learns how many were chosen and what allowed it, never who.
 *
 * A person is the same by the id that a device made. What was said last counts: consent can be taken back.
 */
import type { DescribedPerson, ReferralGround, SealedPerson } from "@baken/bindings";

/** The purpose that a ground asks consent for; none where it asks for no consent. */
export const PURPOSE: Readonly<Record<ReferralGround, string | null>> = {
  "consent-registration": "registratie-comensha",
  "consent-care": "zorg",
  "consent-sharing": "delen",
  danger: null,
  minor: null,
  "no-persons": null,
};

const NOT_ASKED = "niet-gevraagd";
const GIVEN = "gegeven";

/** Somebody in an observation of the report. */
export type KnownPerson = {
  key: string;
  pseudonym: string;
  /** The operation they stand in. */
  operation: string;
  /** What was said last for each purpose that was asked about. */
  said: ReadonlyMap<string, string>;
};

export type OpenedObservation = {
  operation: string;
  observedAt: string;
  persons: readonly (SealedPerson | DescribedPerson)[];
};

/** Everybody in these observations, each once. */
export function personsOf(observations: readonly OpenedObservation[]): KnownPerson[] {
  const persons = new Map<string, KnownPerson>();
  const inOrder = [...observations].sort((a, b) => Date.parse(a.observedAt) - Date.parse(b.observedAt));
  for (const { operation, persons: here } of inOrder) {
    for (const [index, person] of here.entries()) {
      const key = "id" in person ? person.id : `${operation} ${index}`;
      const said = new Map(persons.get(key)?.said);
      for (const { purpose, state } of person.consents) if (state !== NOT_ASKED) said.set(purpose, state);
      persons.set(key, { key, pseudonym: person.pseudonym, operation, said });
    }
  }
  return [...persons.values()];
}

/** Those of `chosen` who did not give what `ground` asks for. */
export function lacking(ground: ReferralGround, chosen: readonly KnownPerson[]): KnownPerson[] {
  const purpose = PURPOSE[ground];
  return purpose === null ? [] : chosen.filter(({ said }) => said.get(purpose) !== GIVEN);
}
