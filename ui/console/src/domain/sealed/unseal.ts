/**
 * Opening a sealed part: hash, age, container, zstd, header, in that order, and nothing shown before all hold.
 * The container: 4 bytes big-endian length, so many bytes of zstd, zeros up to a multiple of 512.
 */
import type { AttachmentClass } from "@baken/bindings";
import { Decrypter } from "age-encryption";

import { sha256, takeFrame } from "../message/bytes";
import { saysNoMore, strictJson } from "../message/strictJson";
import { hasKeyOf, keysFor, type Keyring } from "./keyring";
import {
  attachmentHeader,
  isKnownSchema,
  SEALED,
  sealedHeader,
  type Schemas,
  type SealedContact,
  type SealedInspection,
  type SealedObservation,
} from "./sealedForm";
import { MEDIA_TYPES, UnsealError, type Attached, type Expected } from "./unsealed";
import { unpack } from "./zstd";

const STEP = 512;
const MAX_TEXT_BYTES = 1024 * 1024;

export async function unsealObservation(
  sealed: Uint8Array,
  keyring: Keyring,
  expected: Expected,
): Promise<SealedObservation> {
  return unseal(sealed, keyring, expected, SEALED.observation);
}

export async function unsealInspection(
  sealed: Uint8Array,
  keyring: Keyring,
  expected: Expected,
): Promise<SealedInspection> {
  return unseal(sealed, keyring, expected, SEALED.inspection);
}

export async function unsealContact(
  sealed: Uint8Array,
  keyring: Keyring,
  expected: Expected,
): Promise<SealedContact> {
  return unseal(sealed, keyring, expected, SEALED.contact);
}

/** A photo or a spoken note, from its own age file: 4 bytes big-endian length, that long a header, the content. */
export async function unsealAttachment(
  sealed: Uint8Array,
  keyring: Keyring,
  expected: Expected,
  listed: AttachmentClass,
): Promise<Attached> {
  const framed = readable(takeFrame(await decrypt(sealed, keyring, expected)));
  const header = exactly(readable(strictJson(framed.frame)), attachmentHeader);
  if (header.tenant !== expected.tenant || `${header.device}.${header.operation}` !== expected.operation) {
    throw new UnsealError("elsewhere");
  }
  const isListed = header.class === listed && header.mediaType === MEDIA_TYPES[listed];
  if (header.sizeBytes !== framed.rest.length || !isListed) throw new UnsealError("container");
  return { content: framed.rest, incomplete: header.incomplete ?? false };
}

async function unseal<T>(
  sealed: Uint8Array,
  keyring: Keyring,
  expected: Expected,
  schemas: Schemas<T>,
): Promise<T> {
  const container = await decrypt(sealed, keyring, expected);
  const framed = readable(takeFrame(container));
  const padded = container.length % STEP === 0 && framed.rest.length < STEP;
  if (!padded || framed.rest.some((byte) => byte !== 0)) throw new UnsealError("container");
  const json = readable(strictJson(readable(unpack(framed.frame, MAX_TEXT_BYTES))));
  const header = readable(sealedHeader(json));
  const belongs =
    header.tenant === expected.tenant && `${header.device}.${header.operation}` === expected.operation;
  if (belongs && !isKnownSchema(header.schema)) throw new UnsealError("later");
  const read = Object.hasOwn(schemas, header.schema) ? schemas[header.schema] : undefined;
  if (!belongs || read === undefined) throw new UnsealError("elsewhere");
  return exactly(json, read);
}

/** What `json` says, if it is all of it: another reader of these bytes must see neither more nor less. */
function exactly<T>(json: unknown, read: (json: unknown) => T | null): T {
  const said = readable(read(json));
  if (!saysNoMore(json, said)) throw new UnsealError("container");
  return said;
}

async function decrypt(sealed: Uint8Array, keyring: Keyring, expected: Expected): Promise<Uint8Array> {
  if ((await sha256(sealed)) !== expected.sha256) throw new UnsealError("altered");
  const keys = keysFor(keyring, expected.recipients, expected.epoch);
  if (keys.length === 0) throw new UnsealError("no-key");
  const decrypter = new Decrypter();
  for (const key of keys) decrypter.addIdentity(key);
  try {
    return await decrypter.decrypt(sealed);
  } catch (reason) {
    // Whose key it lacks says nothing of the record: its bytes are those that the record names.
    const isSealedToOthers = reason instanceof Error && reason.message.startsWith("no identity matched");
    if (!isSealedToOthers) throw new UnsealError("altered");
    throw new UnsealError(hasKeyOf(keyring, expected.recipients, expected.epoch) ? "other-key" : "no-key");
  }
}

function readable<T>(read: T | null): T {
  if (read === null) throw new UnsealError("container");
  return read;
}
