/**
 * Opening a sealed part: hash, age, container, zstd, header, in that order, and nothing shown before all hold.
 * The container: 4 bytes big-endian length, so many bytes of zstd, zeros up to a multiple of 512.
 */
import type { Consent, Coordinates, PersonForm } from "@baken/bindings";
import { Decrypter } from "age-encryption";
import { decompress } from "fzstd";

import { sha256, takeFrame } from "./bytes";
import { keysFor, type Keyring } from "./keyring";

export type ExactPlace = {
  neighbourhood: string;
  name: string;
  address: string;
  postcode: string;
  berth: string;
  imo: string;
  mmsi: string;
  eni: string;
  fishingMark: string;
  kvk: string;
  bag: string;
  coordinates: Coordinates | null;
};

type Header = { tenant: string; operation: string; schema: string };
export type SealedObservation = {
  header: Header;
  narrative: string;
  place: ExactPlace;
  persons: (PersonForm & { consents: Consent[] })[];
};
export type SealedInspection = { header: Header; place: ExactPlace };

/** Why something could not be opened. */
export type UnsealReason = "altered" | "no-key" | "container" | "elsewhere";

export class UnsealError extends Error {
  constructor(readonly reason: UnsealReason) {
    super(reason);
  }
}

export type Expected = {
  sha256: string;
  recipients: readonly string[];
  epoch: number;
  tenant: string;
  operation: string;
};

const STEP = 512;
const MAX_TEXT_BYTES = 1024 * 1024;

export async function unsealObservation(sealed: Uint8Array, keyring: Keyring, expected: Expected) {
  return (await unseal(sealed, keyring, expected, "observation.v1")) as SealedObservation;
}

export async function unsealInspection(sealed: Uint8Array, keyring: Keyring, expected: Expected) {
  return (await unseal(sealed, keyring, expected, "inspection.v1")) as SealedInspection;
}

/** A photo's bytes, from its own age file. */
export async function unsealPhoto(
  sealed: Uint8Array,
  keyring: Keyring,
  expected: Expected,
): Promise<Uint8Array> {
  const opened = await decrypt(sealed, keyring, expected);
  const framed = takeFrame(opened);
  if (!framed) throw new UnsealError("container");
  const header = parse(framed.frame) as Header & { sizeBytes: number };
  if (header.tenant !== expected.tenant || header.operation !== expected.operation) {
    throw new UnsealError("elsewhere");
  }
  if (header.sizeBytes !== framed.rest.length) throw new UnsealError("container");
  return framed.rest;
}

async function unseal(
  sealed: Uint8Array,
  keyring: Keyring,
  expected: Expected,
  schema: string,
): Promise<unknown> {
  const container = await decrypt(sealed, keyring, expected);
  const framed = takeFrame(container);
  const padded = container.length % STEP === 0 && (framed?.rest.length ?? STEP) < STEP;
  if (!framed || !padded || framed.rest.some((byte) => byte !== 0)) throw new UnsealError("container");
  const text = parse(inflate(framed.frame)) as { header?: Header };
  const header = text.header;
  if (
    header?.tenant !== expected.tenant ||
    header.operation !== expected.operation ||
    header.schema !== schema
  ) {
    throw new UnsealError("elsewhere");
  }
  return text;
}

async function decrypt(sealed: Uint8Array, keyring: Keyring, expected: Expected): Promise<Uint8Array> {
  if ((await sha256(sealed)) !== expected.sha256) throw new UnsealError("altered");
  const keys = keysFor(keyring, expected.recipients, expected.epoch);
  if (keys.length === 0) throw new UnsealError("no-key");
  const decrypter = new Decrypter();
  for (const key of keys) decrypter.addIdentity(key);
  try {
    return await decrypter.decrypt(sealed);
  } catch {
    throw new UnsealError("altered");
  }
}

function inflate(packed: Uint8Array): Uint8Array {
  try {
    const text = decompress(packed);
    if (text.length <= MAX_TEXT_BYTES) return text;
  } catch {
    // Falls through: both are a container that was not made by a companion.
  }
  throw new UnsealError("container");
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new UnsealError("container");
  }
}
