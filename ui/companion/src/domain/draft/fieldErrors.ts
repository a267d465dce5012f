/**
 * From a field path of the core ("place.postcode", "persons.0.description") to the field on screen and to
 * the words of its error. Which answers are required is the core's decision alone.
 */
import type { RecordKind, FieldError } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { PLACE_WORDS, placeText } from "../words/place";
import { wholeNumber } from "../words/wording";
import type { FilledIn } from "./filledIn";
import { consentState, GIVEN, NOT_ASKED, REGISTRATION } from "./persons";

/** The id of the element that takes the focus for a field path. */
export function fieldId(path: string): string {
  return `field-${path.replaceAll(/[^\w]+/g, "-")}`;
}

/** The parts of the observation screen that open and close; null for what is always in sight. */
export type Section = "place" | "indicators" | "persons" | "photos" | "actions" | "level";

export function sectionOf(path: string): Section | null {
  const [head] = path.split(/[.[]/, 1);
  switch (head) {
    case "place":
    case "observedAt":
      return "place";
    case "indicators":
    case "persons":
    case "photos":
    case "actions":
    case "level":
      return head;
    default:
      return null;
  }
}

/** Every part an error has to do with: where it stands, and where it is mended. */
export function sectionsOf({ field, code }: FieldError): Section[] {
  const section = sectionOf(field);
  const sections = section === null ? [] : [section];
  return code === "consent-missing" ? [...sections, "persons"] : sections;
}

/** The element with which a person is added to an observation. */
export const ADD_PERSON = "add-person";

/** The element that holds the answer to one question for consent. */
export function consentId(index: number, purpose: string): string {
  return `consent-${index}-${purpose}`;
}

/** The element to lead to for an error: what mends it, which is not always where it stands. */
export function cureId(error: FieldError, form: FilledIn): string {
  if (error.code !== "consent-missing" || form.kind !== "observation") return fieldId(error.field);
  const { persons } = form;
  // Whoever was not asked yet rather than whoever refused.
  const unasked = persons.findIndex((person) => consentState(person, REGISTRATION) === NOT_ASKED);
  const refused = persons.findIndex((person) => consentState(person, REGISTRATION) !== GIVEN);
  const index = unasked === -1 ? refused : unasked;
  return index === -1 ? ADD_PERSON : consentId(index, REGISTRATION);
}

/** Fields in the order in which they stand on the screen; a part stands for all that is below it. */
const PAGE_ORDER: Record<RecordKind, readonly string[]> = {
  observation: [
    ...[
      "reason",
      "inspection",
      "narrative",
      "photos",
      "forms",
      "basis",
      "urgency",
      "place.kind",
      "indicators",
    ],
    ...["persons", "actions", "level", "place.name", "place", "observedAt"],
  ],
  inspection: ["reason", "place.kind", "place.name", "organisations", "ground", "place", "startedAt"],
  contact: [
    ...["reason", "person.pseudonym", "person", "askedFor", "given", "followUp", "note", "level", "metAt"],
    "place",
  ],
  participation: [],
};

export function inPageOrder(errors: readonly FieldError[], kind: RecordKind): FieldError[] {
  const order = PAGE_ORDER[kind];
  const rank = ({ field }: FieldError) => {
    const exact = order.indexOf(field);
    const whole = order.indexOf(field.split(/[.[]/, 1)[0] ?? "");
    return exact !== -1 ? exact : whole !== -1 ? whole : order.length;
  };
  return [...errors].sort((one, other) => rank(one) - rank(other));
}

/** What an error is about, as text to compare: once it differs, the error no longer stands. */
export function answerTo({ field, code }: FieldError, form: FilledIn): string {
  const about: unknown[] = [valueAt(form, field)];
  // What was typed is the answer; how it is read comes after it.
  if (field === "place.coordinates" && form.place.coordinatesTyped) about[0] = form.place.coordinatesTyped;
  if (field === "observedAt" || field === "startedAt" || field === "metAt") about.push(momentTyped(form));
  if (code === "unconfirmed") about.push(form.confirmed);
  if (code === "citizen-number") about.push(form.notCitizenNumbers);
  if (field === "place.district") about.push(form.place.districtUnknown);
  if (code === "consent-missing" && form.kind === "observation")
    about.push(form.persons.map((person) => person.consents));
  return JSON.stringify(about);
}

function momentTyped(form: FilledIn) {
  switch (form.kind) {
    case "observation":
      return form.observedTyped;
    case "inspection":
      return form.startedTyped;
    case "contact":
      return form.metTyped;
  }
}

/** The answer at a field path; undefined where there is none. */
export function valueAt(form: FilledIn, field: string): unknown {
  return field
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      form,
    );
}

export function fieldErrorText({ field, code, suggestion, limit }: FieldError): string {
  const name = field.replaceAll(/\.?\d+\.?/g, ".");
  switch (code) {
    case "required":
      return requiredText(name);
    case "too-long":
      return limit === undefined
        ? m.field_too_long({ field: fieldName(name) })
        : m.field_too_long_limit({ field: fieldName(name), limit: wholeNumber(limit) });
    case "record-too-long":
      return m.field_record_too_long();
    case "leading-zero":
      return m.field_leading_zero({ suggestion: suggestion ?? "" });
    case "unconfirmed":
      return name === "place.coordinates" ? m.field_unconfirmed_coordinates() : m.field_unconfirmed_moment();
    case "unread":
      return unreadText(name);
    case "citizen-number":
      return m.field_citizen_number({ field: fieldName(name) });
    case "contradiction":
      return contradictionText(name);
    case "consent-missing":
      return m.field_consent_missing();
    case "fixed":
      return m.field_fixed({ field: fieldName(name) });
    case "invalid":
      return invalidText(name);
  }
}

/** The heading above all errors: questions without an answer are not called wrong. */
export function errorsHeading(errors: readonly FieldError[]): string {
  const count = errors.length;
  return errors.every(({ code }) => code === "required")
    ? m.errors_heading_unanswered({ count })
    : m.errors_heading({ count });
}

function contradictionText(name: string): string {
  switch (name) {
    case "forms":
      return m.field_contradiction_forms();
    case "place.district":
      return m.field_contradiction_district();
    default:
      return m.field_contradiction_actions();
  }
}

function requiredText(name: string): string {
  switch (name) {
    case "place.kind":
      return m.field_required_place_kind();
    case "place.name":
      return m.field_required_place_name();
    case "forms":
      return m.field_required_forms();
    case "reason":
      return m.field_required_reason();
    case "narrative":
      return m.field_required_narrative();
    case "basis":
      return m.field_required_basis();
    case "urgency":
      return m.field_required_urgency();
    case "level":
      return m.field_required_level();
    case "organisations":
      return m.field_required_organisations();
    case "ground":
      return m.field_required_ground();
    default:
      return m.field_required({ field: fieldName(name) });
  }
}

function unreadText(name: string): string {
  switch (name) {
    case "place.coordinates":
      return m.location_typed_wrong();
    case "observedAt":
    case "startedAt":
    case "metAt":
      return m.moment_unread();
    default:
      return m.field_invalid({ field: fieldName(name) });
  }
}

function invalidText(name: string): string {
  switch (name) {
    case "place.postcode":
      return m.field_invalid_postcode();
    case "place.kvk":
      return m.field_invalid_kvk();
    case "place.bag":
      return m.field_invalid_bag();
    case "place.coordinates":
      return m.field_invalid_coordinates();
    case "observedAt":
    case "startedAt":
    case "metAt":
      return m.field_invalid_time();
    default:
      return m.field_invalid({ field: fieldName(name) });
  }
}

export function fieldName(name: string): string {
  const text = placeText(name);
  if (text !== null) return PLACE_WORDS[text]();
  switch (name) {
    case "place.kind":
      return m.place_kind();
    case "place.district":
      return m.place_district();
    case "place.coordinates":
      return m.place_coordinates();
    case "observedAt":
      return m.obs_observed_at();
    case "startedAt":
      return m.inspection_started_at();
    case "metAt":
      return m.contact_met_at();
    case "askedFor":
      return m.contact_asked();
    case "given":
      return m.contact_given();
    case "followUp":
      return m.contact_follow_up();
    case "note":
      return m.contact_note_label();
    case "person.pseudonym":
      return m.contact_pseudonym();
    case "person.language":
      return m.contact_language_name();
    case "reason":
      return m.correction_reason();
    case "level":
      return m.obs_level();
    case "inspection":
      return m.kind_inspection();
    case "narrative":
      return m.obs_narrative();
    case "forms":
      return m.obs_forms();
    case "basis":
      return m.obs_basis_question();
    case "urgency":
      return m.obs_urgency();
    case "persons.description":
      return m.person_description();
    case "persons.pseudonym":
      return m.person_pseudonym();
    default:
      return name;
  }
}
