/**
 * A text about a report, sealed in the browser to the team of the report's level and the recovery key, and opened again.
 * The container is that of a record's sealed part without compression, which a browser lacks: 4 bytes big-endian length,
 * so many bytes of JSON, zeros up to a multiple of 2048, so that the length of the file says little.
 *
 * To whom: the newest key directory says, whose root signature is checked; that the root key is the municipality's is asked of
 * this browser (`report/sealing.ts`), and the team's key must be the one that this member holds. Deliberately absent: who sealed it. Members sign nothing yet;
 * the backend says who wrote.
 */
import type { DsseEnvelope } from "@baken/bindings";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import * as v from "valibot";

import { fromBase64, takeFrame } from "../message/bytes";
import { isSignedBy } from "../message/dsse";
import { saysNoMore, strictJson } from "../message/strictJson";
import { hasKeyOf, keysFor, type Keyring } from "./keyring";
import {
  KINDS,
  MOST_CHARACTERS,
  MOST_OF_WHOM,
  SealError,
  WAYS,
  type ReportWords,
  type SealedWords,
  type TextPlace,
} from "./sealedWords";
import { UnsealError } from "./unsealed";

const STEP = 2048;
const RECOVERY = "recovery";

const schema = v.object({
  schema: v.literal("report-text.v1"),
  tenant: v.string(),
  report: v.string(),
  place: v.pipe(v.number(), v.safeInteger()),
  kind: v.picklist(KINDS),
  text: v.string(),
  who: v.string(),
  how: v.picklist([...WAYS, ""]),
});
const anySchema = v.object({ schema: v.string() });
/** Of a key directory: whose it is, and to whom each team's records are sealed. */
const keyDirectory = v.object({
  tenant: v.string(),
  epoch: v.number(),
  rootKey: v.string(),
  recipients: v.array(v.object({ name: v.string(), recipient: v.string() })),
});

/** Seals `words` to whom the directory names for `team`, if that is believed. */
export async function sealWords(
  words: ReportWords,
  { tenant, report, place }: TextPlace,
  team: string,
  directory: DsseEnvelope,
  keyring: Keyring,
): Promise<SealedWords> {
  const { text, who } = words;
  if (text.length > MOST_CHARACTERS || who.length > MOST_OF_WHOM) throw new SealError("long");
  const { epoch, recipients } = await believed(directory, tenant, team, keyring);
  const { kind, how } = words;
  const json = JSON.stringify({ schema: "report-text.v1", tenant, report, place, kind, text, who, how });
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  const sealed = await encrypter.encrypt(padded(new TextEncoder().encode(json)));
  return { epoch, sealed: toBase64(sealed) };
}

/** What somebody wrote, if it is of this very step. */
export async function openWords(
  sealed: Uint8Array,
  { tenant, report, place }: TextPlace,
  team: string,
  epoch: number,
  keyring: Keyring,
): Promise<ReportWords> {
  const container = await decrypted(sealed, keyring, [team], epoch);
  const framed = takeFrame(container);
  const isPadded = framed !== null && container.length % STEP === 0 && framed.rest.length < STEP;
  if (!isPadded || framed.rest.some((byte) => byte !== 0)) throw new UnsealError("container");
  const json = strictJson(framed.frame);
  const read = v.safeParse(schema, json);
  if (!read.success) {
    const other = v.safeParse(anySchema, json);
    const isLater = other.success && other.output.schema !== "report-text.v1";
    throw new UnsealError(isLater ? "later" : "container");
  }
  const said = read.output;
  if (!saysNoMore(json, said)) throw new UnsealError("container");
  if (said.tenant !== tenant || said.report !== report || said.place !== place)
    throw new UnsealError("elsewhere");
  return { kind: said.kind, text: said.text, who: said.who, how: said.how };
}

/** The recipients of `team`, as the municipality signed them and as this member knows them. */
async function believed(directory: DsseEnvelope, tenant: string, team: string, keyring: Keyring) {
  const named = directoryIn(directory);
  const isSigned = named !== null && (await isSignedBy(directory, "keydir", named.rootKey));
  if (!isSigned || named.tenant !== tenant) throw new SealError("directory");
  const { recipients } = named;
  const of = (name: string) => recipients.filter((entry) => entry.name === name).map((it) => it.recipient);
  const [ofTeam, ...others] = of(team);
  const [ofRecovery, ...more] = of(RECOVERY);
  if (ofTeam === undefined || ofRecovery === undefined || others.length + more.length > 0)
    throw new SealError("directory");
  // The member's keys were handed over by hand. It is the one of this very directory, and none is known that came later: an
  // older directory names a key that was changed since somebody else may have it.
  const own = keyring.get(`${team}@${String(named.epoch)}`);
  const later = [...keyring.keys()].some((name) => epochOf(name) > named.epoch);
  if (own === undefined || later || (await identityToRecipient(own)) !== ofTeam) throw new SealError("team");
  return { epoch: named.epoch, recipients: [ofTeam, ofRecovery] };
}

const epochOf = (name: string): number => Number(name.slice(name.lastIndexOf("@") + 1));

function directoryIn(envelope: DsseEnvelope): v.InferOutput<typeof keyDirectory> | null {
  try {
    const read = v.safeParse(keyDirectory, strictJson(fromBase64(envelope.payload)));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

function padded(text: Uint8Array): Uint8Array {
  const container = new Uint8Array(Math.ceil((text.length + 4) / STEP) * STEP);
  new DataView(container.buffer).setUint32(0, text.length);
  container.set(text, 4);
  return container;
}

async function decrypted(
  sealed: Uint8Array,
  keyring: Keyring,
  teams: readonly string[],
  epoch: number,
): Promise<Uint8Array> {
  const keys = keysFor(keyring, teams, epoch);
  if (keys.length === 0) throw new UnsealError("no-key");
  const decrypter = new Decrypter();
  for (const key of keys) decrypter.addIdentity(key);
  try {
    return await decrypter.decrypt(sealed);
  } catch (reason) {
    const isSealedToOthers = reason instanceof Error && reason.message.startsWith("no identity matched");
    if (!isSealedToOthers) throw new UnsealError("altered");
    throw new UnsealError(hasKeyOf(keyring, teams, epoch) ? "other-key" : "no-key");
  }
}

const toBase64 = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};
