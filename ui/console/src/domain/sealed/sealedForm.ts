/**
 * What stands in a sealed part, as schemas: it was written by a device, and a device can be in wrong hands. A field
 * that is missing or of another kind makes the whole unreadable. Fields stand here in the order they are written in
 * (docs/PROTOCOL.md), so that whoever reads can see that there is nothing more.
 */
import type { ExactPlace, PersonForm, RecordKind } from "@baken/bindings";
import * as v from "valibot";

const text = v.string();
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
const degreesE6 = whole(-(2 ** 31), 2 ** 31 - 1);

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
}) satisfies v.GenericSchema<unknown, PersonForm>;

const observation = v.object({ header, narrative: text, place, persons: v.array(person) });
const inspection = v.object({ header, place });
const participation = v.object({ header, place });
const photo = v.object({
  tenant: text,
  device: text,
  operation: text,
  class: text,
  mediaType: text,
  sizeBytes: whole(0, Number.MAX_SAFE_INTEGER),
  incomplete: v.exactOptional(v.literal(true)),
});

export type SealedObservation = v.InferOutput<typeof observation>;
export type SealedInspection = v.InferOutput<typeof inspection>;

/** A kind's schema: the name in the header of its sealed part, and what stands in it. */
type SealedKind = { readonly schema: string; readonly read: (json: unknown) => unknown };

/** Of every kind of record; one that is missing here does not compile. */
export const SEALED = {
  observation: { schema: "observation.v1", read: (json: unknown) => read(observation, json) },
  inspection: { schema: "inspection.v1", read: (json: unknown) => read(inspection, json) },
  participation: { schema: "participation.v1", read: (json: unknown) => read(participation, json) },
} as const satisfies Record<RecordKind, SealedKind>;

export const isKnownSchema = (schema: string): boolean =>
  Object.values<SealedKind>(SEALED).some((kind) => kind.schema === schema);

export const sealedHeader = (json: unknown) => read(v.object({ header }), json)?.header ?? null;
export const photoHeader = (json: unknown) => read(photo, json);

function read<Schema extends v.GenericSchema>(schema: Schema, json: unknown): v.InferOutput<Schema> | null {
  const said = v.safeParse(schema, json, { abortEarly: true });
  return said.success ? said.output : null;
}
