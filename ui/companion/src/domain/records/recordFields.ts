/** A signed form as names and values to read, without the fields that were left empty. */
import type {
  ContactForm,
  DraftForm,
  ParticipationForm,
  PersonForm,
  PlaceForm,
  Vocabulary,
} from "@baken/bindings";
import { placeTexts, shownText } from "@baken/shared";

import * as m from "../../paraglide/messages";
import { shortAnswers } from "../draft/persons";
import { positionText } from "../draft/location";
import { PLACE_WORDS } from "../words/place";
import { roleName } from "../words/roles";
import { indicatorLabels, label, labels, optionalLabel, placeKind } from "../words/terms";
import { dateAndTime, postcodeText, wholeNumber } from "../words/wording";

export type ReadField = { key: string; label: string; value: string; multiline?: boolean; typed?: boolean };

export function recordFields(form: DraftForm, vocabulary: Vocabulary): ReadField[] {
  const place = placeFields(form.place, vocabulary);
  if (form.kind === "contact") return seen([...contactFields(form, vocabulary), ...place]);
  if (form.kind === "participation") return seen([...participationFields(form, vocabulary), ...place]);
  const fields: ReadField[] =
    form.kind === "inspection"
      ? [
          {
            key: "startedAt",
            label: m.inspection_started_at(),
            value: form.startedAt ? dateAndTime(form.startedAt) : "",
          },
          ...place,
          {
            key: "organisations",
            label: m.inspection_organisations(),
            value: labels(vocabulary.organisations, form.organisations),
          },
          {
            key: "ground",
            label: m.inspection_ground(),
            value: optionalLabel(vocabulary.entryGrounds, form.ground),
          },
        ]
      : [
          {
            key: "observedAt",
            label: m.obs_observed_at(),
            value: form.observedAt ? dateAndTime(form.observedAt) : "",
          },
          { key: "forms", label: m.obs_forms(), value: labels(vocabulary.exploitationForms, form.forms) },
          { key: "narrative", label: m.obs_narrative(), value: form.narrative, multiline: true, typed: true },
          {
            key: "urgency",
            label: m.obs_urgency(),
            value: optionalLabel(vocabulary.urgencies, form.urgency),
          },
          {
            key: "call",
            label: m.acute_question({ phone: vocabulary.urgentPhone }),
            value: form.call
              ? `${form.call.called ? m.acute_yes() : m.acute_no()}, ${dateAndTime(form.call.at)}`
              : "",
          },
          { key: "basis", label: m.obs_basis_question(), value: optionalLabel(vocabulary.bases, form.basis) },
          {
            key: "indicators",
            label: m.obs_indicators(),
            value: indicatorLabels(vocabulary, form.indicators).join("\n"),
            multiline: true,
          },
          ...form.persons.map((person) => personField(person, vocabulary)),
          { key: "actions", label: m.obs_actions(), value: labels(vocabulary.actions, form.actions) },
          { key: "level", label: m.obs_level(), value: label(vocabulary.levels, form.level) },
          ...place,
        ];
  return seen(fields);
}

/** The names of what is read otherwise: filled in, emptied or changed. */
export function changedFields(before: readonly ReadField[], after: readonly ReadField[]): string[] {
  const value = (fields: readonly ReadField[], key: string) =>
    fields.find((field) => field.key === key)?.value;
  const gone = before.filter(({ key }) => value(after, key) === undefined);
  const other = after.filter((field) => value(before, field.key) !== field.value);
  return [...other, ...gone].map(({ label }) => label.replace(/\?$/, ""));
}

const seen = (fields: ReadField[]) => fields.filter(({ value }) => value.trim() !== "");

function contactFields(form: ContactForm, vocabulary: Vocabulary): ReadField[] {
  return [
    { key: "metAt", label: m.contact_met_at(), value: form.metAt ? dateAndTime(form.metAt) : "" },
    personField(form.person, vocabulary),
    { key: "askedFor", label: m.contact_asked(), value: labels(vocabulary.contactRequests, form.askedFor) },
    { key: "given", label: m.contact_given(), value: labels(vocabulary.contactOffers, form.given) },
    {
      key: "followUp",
      label: m.contact_follow_up(),
      value: optionalLabel(vocabulary.contactFollowUps, form.followUp),
    },
    { key: "note", label: m.contact_note_label(), value: form.note, multiline: true, typed: true },
    { key: "level", label: m.obs_level(), value: label(vocabulary.levels, form.level) },
  ];
}

function participationFields(form: ParticipationForm, vocabulary: Vocabulary): ReadField[] {
  const done = form.closedWith !== null;
  return [
    {
      key: "at",
      label: done ? m.participation_done() : m.participation_joined(),
      value: dateAndTime(form.at),
    },
    {
      key: "organisation",
      label: m.participation_organisation(),
      value: label(vocabulary.organisations, form.organisation),
    },
    { key: "role", label: m.join_role(), value: roleName(form.role) },
    {
      key: "closedWith",
      label: m.participation_observations(),
      value: form.closedWith === null ? "" : wholeNumber(form.closedWith),
    },
  ];
}

function placeFields(place: PlaceForm, vocabulary: Vocabulary): ReadField[] {
  const texts = placeTexts(place, PLACE_WORDS).map(({ name, label, value }) => ({
    key: `place.${name}`,
    label: name === "name" && placeKind(vocabulary, place.kind)?.ship ? m.place_ship_name() : label,
    value: name === "postcode" ? postcodeText(value) : value,
    typed: true,
  }));
  const afterAddress = texts.findIndex(({ key }) => key === "place.postcode") + 1;
  return [
    { key: "place.kind", label: m.place_kind(), value: optionalLabel(vocabulary.placeKinds, place.kind) },
    ...texts.slice(0, afterAddress),
    {
      key: "place.district",
      label: m.place_district(),
      // Not knowing is an answer.
      value:
        place.district === null && place.districtUnknown
          ? m.dont_know()
          : optionalLabel(vocabulary.districts, place.district),
    },
    ...texts.slice(afterAddress),
    {
      key: "place.coordinates",
      label: m.place_coordinates(),
      value: place.coordinates ? positionText(place.coordinates) : "",
    },
  ];
}

function personField(person: PersonForm, vocabulary: Vocabulary): ReadField {
  const consents = person.consents.map(
    ({ purpose, state }) =>
      `${label(vocabulary.consentPurposes, purpose)}: ${label(vocabulary.consentStates, state)}`,
  );
  return {
    key: `person.${person.pseudonym}`,
    label: m.person_title({ pseudonym: shownText(person.pseudonym) }),
    // Beside words of the app, which may break where a mark says so: only the person's own are shown mark by mark.
    value: [person.description && shownText(person.description), shownText(shortAnswers(person)), ...consents]
      .filter(Boolean)
      .join("\n"),
    multiline: true,
  };
}
