/**
 * What stands in a sealed part, as schemas: it was written by a device, and a device can be in wrong hands. A field
 * that is missing or of another kind makes the whole unreadable. Fields stand here in the order they are written in
 * (docs/PROTOCOL.md), so that whoever reads can see that there is nothing more.
 */
import type { DescribedPerson, ExactPlace, RecordKind, SealedPerson, UrgentCall } from "@baken/bindings";
import * as v from "valibot";

const text = v.string();
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
const degreesE6 = whole(-(2 ** 31), 2 ** 31 - 1);

/** A time that every browser can show. */
const instant = v.pipe(
  text,
  v.check((written) => !Number.isNaN(Date.parse(written))),
);

const header = v.object({ tenant: text, device: text, operation: text, schema: text });

const coordinates = v.object({
  latitudeE6: degreesE6,
  longitudeE6: degreesE6,
  accuracyMetres: v.nullable(whole(0, 2 ** 32 - 1)),
  source: v.picklist(["measured", "typed"]),
});

const place = v.object({
  neighbourhood: text,
  name: text,
  address: text,
  postcode: text,
  berth: text,
  imo: text,
  mmsi: text,
  eni: text,
  fishingMark: text,
  kvk: text,
  bag: text,
  coordinates: v.nullable(coordinates),
}) satisfies v.GenericSchema<unknown, ExactPlace>;

const consent = v.object({ purpose: text, state: text });
const person = v.object({
  pseudonym: text,
  description: text,
  consents: v.array(consent),
}) satisfies v.GenericSchema<unknown, SealedPerson>;
const described = v.object({
  id: text,
  pseudonym: text,
  role: text,
  ageBand: text,
  language: text,
  needs: text,
  description: text,
  consents: v.array(consent),
}) satisfies v.GenericSchema<unknown, DescribedPerson>;
const call = v.object({ called: v.boolean(), at: instant }) satisfies v.GenericSchema<unknown, UrgentCall>;
const photoNote = v.object({ caption: text, takenAt: instant });

const observation = v.object({ header, narrative: text, place, persons: v.array(person) });
const inspection = v.object({ header, place });
const observationCorrection = v.object({
  header,
  reason: text,
  narrative: text,
  place,
  persons: v.array(person),
});
/** A first record or a correction that says more: a first record gives no reason. */
const observationInFull = v.object({
  header,
  reason: text,
  narrative: text,
  place,
  persons: v.array(described),
  call: v.nullable(call),
  photos: v.array(photoNote),
});
const inspectionCorrection = v.object({ header, reason: text, place });
const participation = v.object({ header, place });
/** A first record gives no reason. */
const contact = v.object({
  header,
  reason: text,
  person: described,
  askedFor: v.array(text),
  given: v.array(text),
  note: text,
  place,
});
const attachment = v.object({
  tenant: text,
  device: text,
  operation: text,
  class: text,
  mediaType: text,
  sizeBytes: whole(0, Number.MAX_SAFE_INTEGER),
  incomplete: v.exactOptional(v.literal(true)),
});

/** An amendment or a retraction has a reason; a first record has none. */
export type SealedObservation =
  | v.InferOutput<typeof observation>
  | v.InferOutput<typeof observationCorrection>
  | v.InferOutput<typeof observationInFull>;
export type SealedInspection = v.InferOutput<typeof inspection> | v.InferOutput<typeof inspectionCorrection>;

export type SealedContact = v.InferOutput<typeof contact>;

export type SealedParticipation = v.InferOutput<typeof participation>;

/** A kind's schemas: each name that the header of its sealed part may have, and what stands in it then. */
export type Schemas<T> = Readonly<Record<string, (json: unknown) => T | null>>;

/** Of every kind of record; one that is missing here does not compile. */
export const SEALED: {
  observation: Schemas<SealedObservation>;
  inspection: Schemas<SealedInspection>;
  participation: Schemas<SealedParticipation>;
  contact: Schemas<SealedContact>;
} = {
  observation: {
    "observation.v1": (json) => read(observation, json),
    "observation.v2": (json) => read(observationCorrection, json),
    "observation.v3": (json) => read(observationInFull, json),
  },
  inspection: {
    "inspection.v1": (json) => read(inspection, json),
    "inspection.v2": (json) => read(inspectionCorrection, json),
  },
  participation: { "participation.v1": (json) => read(participation, json) },
  contact: { "contact.v1": (json) => read(contact, json) },
} satisfies Record<RecordKind, Schemas<unknown>>;

export const isKnownSchema = (schema: string): boolean =>
  Object.values<Schemas<unknown>>(SEALED).some((schemas) => Object.hasOwn(schemas, schema));

export const sealedHeader = (json: unknown) => read(v.object({ header }), json)?.header ?? null;
export const attachmentHeader = (json: unknown) => read(attachment, json);

function read<Schema extends v.GenericSchema>(schema: Schema, json: unknown): v.InferOutput<Schema> | null {
  const said = v.safeParse(schema, json, { abortEarly: true });
  return said.success ? said.output : null;
}
