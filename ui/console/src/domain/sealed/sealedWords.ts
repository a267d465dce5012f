/**
 * What a page knows of texts about a report: what is sealed, where it belongs, and why nothing was. Sealing happens elsewhere
 * (`reportText.ts`).
 */

/** Characters of a text, and of whom somebody spoke with, at most. */
export const MOST_CHARACTERS = 4000;
export const MOST_OF_WHOM = 200;
/** How somebody was spoken with. */
export const WAYS = ["telephone", "mail", "letter", "meeting", "other"] as const;
export type Way = (typeof WAYS)[number];
export const KINDS = ["note", "contact", "task", "referral"] as const;

/** Where a text belongs: nothing of it is shown anywhere else. */
export type TextPlace = { tenant: string; report: string; place: number };
/** What is sealed. `who` and `how` are of a contact alone. */
export type ReportWords = { kind: (typeof KINDS)[number]; text: string; who: string; how: Way | "" };
/** As it travels: by which key directory, and the age file in base64. */
export type SealedWords = { epoch: number; sealed: string };

/** Why nothing was sealed. `directory`: it is not what the municipality signed; `team`: it names another key than is held. */
export type SealReason = "directory" | "team" | "long";

export class SealError extends Error {
  constructor(readonly reason: SealReason) {
    super(reason);
  }
}
