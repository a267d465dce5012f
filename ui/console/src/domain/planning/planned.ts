/**
 * Planning an inspection: what is typed, what devices are told of it, and the list with it. What the form does not ask (a
 * ship's number that came out of a file) stays as it was, as long as it is the same place.
 */
import type { PlannedInspection, PlannedInspectionList, PlannedPlace } from "@baken/bindings";
import { readDay, typedDay } from "@baken/shared";

import { ApiError, type RefusedField } from "../../shared/api";
import { clockAt, instantAt, readTime } from "../words/zoneClock";

/** As it is typed. */
export type PlannedFields = {
  name: string;
  kind: string;
  place: string;
  address: string;
  berth: string;
  district: string;
  day: string;
  begins: string;
  /** Empty: the same day. */
  endDay: string;
  ends: string;
  organisations: string[];
  ground: string;
  note: string;
};

const NOWHERE: PlannedPlace = {
  kind: "",
  district: null,
  neighbourhood: "",
  name: "",
  address: "",
  postcode: "",
  berth: "",
  imo: "",
  mmsi: "",
  eni: "",
  fishingMark: "",
  kvk: "",
  bag: "",
};

/** What a form begins with: nothing, or what is planned already. */
export function fieldsOf(planned: PlannedInspection | null, timeZone: string): PlannedFields {
  const place = planned?.place ?? NOWHERE;
  const from = clockAt(planned?.startsAt ?? "", timeZone);
  const to = clockAt(planned?.endsAt ?? "", timeZone);
  return {
    name: planned?.name ?? "",
    kind: place.kind,
    place: place.name,
    address: place.address,
    berth: place.berth,
    district: place.district ?? "",
    day: typedDay(from.day),
    begins: from.time,
    endDay: to.day === from.day ? "" : typedDay(to.day),
    ends: to.time,
    organisations: planned?.organisations ?? [],
    ground: planned?.ground ?? "",
    note: planned?.note ?? "",
  };
}

type Found = { field: keyof PlannedFields; code: RefusedField["code"] };

/** What is to be planned, or all that is wrong with what was typed. */
export function read(
  fields: PlannedFields,
  before: PlannedInspection | null,
  code: string,
  timeZone: string,
): { planned: PlannedInspection } | { wrong: readonly Found[] } {
  const wrong: Found[] = [];
  const required = (field: "name" | "kind" | "day" | "begins" | "ends") => {
    const isThere = fields[field].trim() !== "";
    if (!isThere) wrong.push({ field, code: "required" });
    return isThere;
  };
  required("name");
  required("kind");
  const texts = { name: fields.place.trim(), address: fields.address.trim(), berth: fields.berth.trim() };
  if (Object.values(texts).every((text) => text === "")) wrong.push({ field: "place", code: "required" });
  const day = readDay(fields.day);
  if (required("day") && day === null) wrong.push({ field: "day", code: "invalid" });
  const begins = readTime(fields.begins);
  if (required("begins") && begins === null) wrong.push({ field: "begins", code: "invalid" });
  const endDay = fields.endDay.trim() === "" ? day : readDay(fields.endDay);
  if (fields.endDay.trim() !== "" && endDay === null) wrong.push({ field: "endDay", code: "invalid" });
  const ends = readTime(fields.ends);
  if (required("ends") && ends === null) wrong.push({ field: "ends", code: "invalid" });
  if (day === null || begins === null || endDay === null || ends === null) return { wrong };
  const startsAt = instantAt(day, begins, timeZone);
  const endsAt = instantAt(endDay, ends, timeZone);
  if (endsAt < startsAt) wrong.push({ field: "ends", code: "out-of-range" });
  if (wrong.length > 0) return { wrong };
  // A number belongs to one ship or building: where any word of its place is another, it is not carried along unseen.
  const isSamePlace =
    before?.place.kind === fields.kind &&
    before.place.name === texts.name &&
    before.place.address === texts.address &&
    before.place.berth === texts.berth;
  const place = {
    ...(isSamePlace ? before.place : NOWHERE),
    ...texts,
    kind: fields.kind,
    district: fields.district || null,
  };
  const { organisations, ground } = fields;
  const said = { name: fields.name.trim(), note: fields.note.trim(), organisations, ground: ground || null };
  return { planned: { code, ...said, startsAt, endsAt, place } };
}

/** A code that nothing else has or had: two people may plan at the same moment, and a device may hold what was removed. */
export const newCode = (): string =>
  `controle-${[...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;

/** The list with this one in it, in place of the one with its code. */
export const withPlanned = (
  inspections: readonly PlannedInspection[],
  planned: PlannedInspection,
): PlannedInspection[] => [...inspections.filter(({ code }) => code !== planned.code), planned];

const NAMES: Readonly<Record<string, keyof PlannedFields>> = {
  name: "name",
  note: "note",
  "place.kind": "kind",
  "place.name": "place",
  "place.address": "address",
  "place.berth": "berth",
  "place.district": "district",
  endsAt: "ends",
  organisations: "organisations",
  ground: "ground",
};

/** What the backend refused, at the fields of the form for entry `index`. */
export function atFields(refused: ApiError, index: number): ApiError {
  const before = `inspections[${String(index)}].`;
  const fields = refused.fields.map(({ field, code }) => ({
    field: field.startsWith(before) ? (NAMES[field.slice(before.length)] ?? field) : field,
    code,
  }));
  return new ApiError(refused.status, refused.code, fields);
}

/** Those that are not over, the soonest first, and those that are, the last first. */
export function byTime({ inspections }: PlannedInspectionList, now: Date) {
  const isOver = ({ endsAt }: PlannedInspection) => Date.parse(endsAt) < now.getTime();
  const sorted = inspections.toSorted((one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt));
  return { coming: sorted.filter((it) => !isOver(it)), over: sorted.filter(isOver).toReversed() };
}

/** What its place is known by. */
export const placeTitle = ({ name, berth, address }: PlannedPlace): string => name || berth || address;
