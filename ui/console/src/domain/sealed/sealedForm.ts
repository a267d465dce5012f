/**
 * What stands in a sealed part, read field by field: it was written by a device, and a device can be in wrong
 * hands. A field that is missing or of another kind makes the whole unreadable. Fields stand here in the order they
 * are written in (docs/PROTOCOL.md), so that whoever reads can see that there is nothing more.
 */
import type { Consent, Coordinates, PersonForm, PlaceForm } from "@baken/bindings";

type SealedHeader = { tenant: string; device: string; operation: string; schema: string };
export type ExactPlace = Omit<PlaceForm, "kind" | "coordinatesTyped" | "district" | "districtUnknown">;
export type SealedObservation = {
  header: SealedHeader;
  narrative: string;
  place: ExactPlace;
  persons: PersonForm[];
};
export type SealedInspection = { header: SealedHeader; place: ExactPlace };
type PhotoHeader = {
  tenant: string;
  device: string;
  operation: string;
  class: string;
  mediaType: string;
  sizeBytes: number;
  incomplete?: true;
};

class Unreadable extends Error {}

export const sealedHeader = (json: unknown) => reading(() => header(member(json, "header")));

export const sealedObservation = (json: unknown) =>
  reading((): SealedObservation => ({
    header: header(member(json, "header")),
    narrative: text(json, "narrative"),
    place: place(member(json, "place")),
    persons: list(json, "persons").map(person),
  }));

export const sealedInspection = (json: unknown) =>
  reading((): SealedInspection => ({
    header: header(member(json, "header")),
    place: place(member(json, "place")),
  }));

export const photoHeader = (json: unknown) =>
  reading((): PhotoHeader => ({
    tenant: text(json, "tenant"),
    device: text(json, "device"),
    operation: text(json, "operation"),
    class: text(json, "class"),
    mediaType: text(json, "mediaType"),
    sizeBytes: whole(json, "sizeBytes", 0, Number.MAX_SAFE_INTEGER),
    ...(member(json, "incomplete", true) === true && { incomplete: true }),
  }));

function reading<T>(read: () => T): T | null {
  try {
    return read();
  } catch (reason) {
    if (reason instanceof Unreadable) return null;
    throw reason;
  }
}

const header = (json: unknown): SealedHeader => ({
  tenant: text(json, "tenant"),
  device: text(json, "device"),
  operation: text(json, "operation"),
  schema: text(json, "schema"),
});

const place = (json: unknown): ExactPlace => ({
  neighbourhood: text(json, "neighbourhood"),
  name: text(json, "name"),
  address: text(json, "address"),
  postcode: text(json, "postcode"),
  berth: text(json, "berth"),
  imo: text(json, "imo"),
  mmsi: text(json, "mmsi"),
  eni: text(json, "eni"),
  fishingMark: text(json, "fishingMark"),
  kvk: text(json, "kvk"),
  bag: text(json, "bag"),
  coordinates: coordinates(member(json, "coordinates")),
});

function coordinates(json: unknown): Coordinates | null {
  if (json === null) return null;
  const accuracy = member(json, "accuracyMetres");
  const source = text(json, "source");
  if (source !== "measured" && source !== "typed") throw new Unreadable();
  return {
    latitudeE6: whole(json, "latitudeE6", -(2 ** 31), 2 ** 31 - 1),
    longitudeE6: whole(json, "longitudeE6", -(2 ** 31), 2 ** 31 - 1),
    accuracyMetres: accuracy === null ? null : whole(json, "accuracyMetres", 0, 2 ** 32 - 1),
    source,
  };
}

const person = (json: unknown): PersonForm => ({
  pseudonym: text(json, "pseudonym"),
  description: text(json, "description"),
  consents: list(json, "consents").map(consent),
});

const consent = (json: unknown): Consent => ({ purpose: text(json, "purpose"), state: text(json, "state") });

function member(json: unknown, name: string, mayBeLeftOut = false): unknown {
  if (typeof json !== "object" || json === null) throw new Unreadable();
  if (!Object.hasOwn(json, name) && !mayBeLeftOut) throw new Unreadable();
  return (json as Record<string, unknown>)[name];
}

function text(json: unknown, name: string): string {
  const value = member(json, name);
  if (typeof value !== "string") throw new Unreadable();
  return value;
}

function whole(json: unknown, name: string, least: number, most: number): number {
  const value = member(json, name);
  if (!Number.isSafeInteger(value)) throw new Unreadable();
  const number = value as number;
  if (number < least || number > most) throw new Unreadable();
  return number;
}

function list(json: unknown, name: string): unknown[] {
  const value = member(json, name);
  if (!Array.isArray(value)) throw new Unreadable();
  return value as unknown[];
}
