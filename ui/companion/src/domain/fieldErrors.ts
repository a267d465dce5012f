/**
 * From a field path of the core ("place.postcode", "persons.0.description") to the field on screen and to
 * the words of its error. Which answers are required is the core's decision alone.
 */
import type { FieldError } from "@baken/bindings";

import * as m from "../paraglide/messages";

/** The id of the element that takes the focus for a field path. */
export function fieldId(path: string): string {
  return `field-${path.replaceAll(/[^\w]+/g, "-")}`;
}

/** The parts of the observation screen that open and close; null for what is always in sight. */
export type Section = "place" | "indicators" | "basis" | "persons" | "photos" | "actions" | "level";

export function sectionOf(path: string): Section | null {
  const [head] = path.split(/[.[]/, 1);
  switch (head) {
    case "place":
    case "observedAt":
      return "place";
    case "indicators":
    case "basis":
    case "persons":
    case "photos":
    case "actions":
    case "level":
      return head;
    default:
      return null;
  }
}

export function fieldErrorText({ field, code }: FieldError): string {
  const name = field.replaceAll(/\.?\d+\.?/g, ".");
  if (code === "required") return requiredText(name);
  if (code === "too-long") return m.field_too_long({ field: fieldName(name) });
  return invalidText(name);
}

function requiredText(name: string): string {
  switch (name) {
    case "place.kind":
      return m.field_required_place_kind();
    case "place.name":
      return m.field_required_place_name();
    case "forms":
      return m.field_required_forms();
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

function invalidText(name: string): string {
  switch (name) {
    case "place.postcode":
      return m.field_invalid_postcode();
    case "place.kvk":
      return m.field_invalid_kvk();
    case "place.bag":
      return m.field_invalid_bag();
    case "observedAt":
    case "startedAt":
      return m.field_invalid_time();
    default:
      return m.field_invalid({ field: fieldName(name) });
  }
}

function fieldName(name: string): string {
  switch (name) {
    case "place.kind":
      return m.place_kind();
    case "place.name":
      return m.place_name();
    case "place.address":
      return m.place_address();
    case "place.postcode":
      return m.place_postcode();
    case "place.berth":
      return m.place_berth();
    case "place.neighbourhood":
      return m.place_neighbourhood();
    case "place.district":
      return m.place_district();
    case "place.imo":
      return m.place_imo();
    case "place.mmsi":
      return m.place_mmsi();
    case "place.eni":
      return m.place_eni();
    case "place.fishingMark":
      return m.place_fishing_mark();
    case "place.kvk":
      return m.place_kvk();
    case "place.bag":
      return m.place_bag();
    case "place.coordinates":
      return m.place_coordinates();
    case "observedAt":
      return m.obs_observed_at();
    case "startedAt":
      return m.inspection_started_at();
    case "narrative":
      return m.obs_narrative();
    case "persons.description":
      return m.person_description();
    case "persons.pseudonym":
      return m.person_pseudonym();
    default:
      return name;
  }
}
