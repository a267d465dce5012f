import type { DsseEnvelope } from "@baken/bindings";
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, expect, it } from "vitest";

import { fromBase64 } from "../message/bytes";
import { pae } from "../message/dsse";
import type { Keyring } from "./keyring";
import { openWords, sealWords } from "./reportText";
import type { ReportWords } from "./sealedWords";

const PLACE = { tenant: "GM0453", report: "M-2026-031", place: 4 };
const WORDS: ReportWords = { kind: "contact", text: "Zij wil niet terug. 🚢", who: "P1", how: "telephone" };

let team = "";
let stranger = "";
let recovery = "";
let keyring: Keyring;
let root: CryptoKeyPair;
beforeAll(async () => {
  [team, stranger, recovery] = await Promise.all([
    generateX25519Identity(),
    generateX25519Identity(),
    generateX25519Identity(),
  ]);
  keyring = new Map([["zorg@2", team]]);
  root = await rootKey();
});

const rootKey = async () => crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
const base64 = (bytes: ArrayBuffer | Uint8Array) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

type Change = { tenant?: string; recipients?: object[]; signer?: CryptoKeyPair };

async function directory(change: Change = {}): Promise<DsseEnvelope> {
  const entry = async (name: string, identity: string) => ({
    name,
    recipient: await identityToRecipient(identity),
  });
  const payload = {
    tenant: change.tenant ?? "GM0453",
    epoch: 2,
    rootKey: base64(await crypto.subtle.exportKey("raw", root.publicKey)),
    recipients: change.recipients ?? [await entry("zorg", team), await entry("recovery", recovery)],
  };
  const bytes = new TextEncoder().encode(JSON.stringify(payload));
  const payloadType = "application/vnd.baken.keydir.v1+json";
  const { privateKey } = change.signer ?? root;
  const sig = base64(await crypto.subtle.sign({ name: "Ed25519" }, privateKey, pae(payloadType, bytes)));
  return { payloadType, payload: base64(bytes), signatures: [{ keyid: "", sig }] };
}

const seal = async (words = WORDS, signed?: DsseEnvelope) =>
  sealWords(words, PLACE, "zorg", signed ?? (await directory()), keyring);
const open = (sealed: string, place = PLACE, keys = keyring) =>
  openWords(fromBase64(sealed), place, "zorg", 2, keys);

it("opens what it sealed, for whoever has the team's key and for the recovery key", async () => {
  const { epoch, sealed } = await seal();
  expect(epoch).toBe(2);
  expect(await open(sealed)).toEqual(WORDS);
  const decrypter = new Decrypter();
  decrypter.addIdentity(recovery);
  expect(new TextDecoder().decode(await decrypter.decrypt(fromBase64(sealed)))).toContain(
    "Zij wil niet terug",
  );
});

it("makes files of one length of texts of many", async () => {
  const lengths = await Promise.all(
    [1, 40, 800].map(async (size) => (await seal({ ...WORDS, text: "x".repeat(size) })).sealed.length),
  );
  expect(new Set(lengths).size).toBe(1);
});

it("is two recipients and a multiple of 2048 bytes, as the backend asks", async () => {
  const file = fromBase64((await seal()).sealed);
  const header = new TextDecoder().decode(file).split("\n---")[0] ?? "";
  expect(header.split("\n-> ").slice(1)).toHaveLength(2);
  const payload = file.length - header.length - "\n--- ".length - 43 - 1;
  expect((payload - 32) % 2048).toBe(0);
});

it("seals to nobody by a directory that another root signed, of elsewhere, or that names a team twice", async () => {
  const twice = { name: "zorg", recipient: await identityToRecipient(team) };
  const last = { name: "recovery", recipient: await identityToRecipient(recovery) };
  for (const change of [
    { signer: await rootKey() },
    { tenant: "GM0363" },
    { recipients: [twice, twice, last] },
    { recipients: [twice] },
    { recipients: [last] },
  ]) {
    await expect(seal(WORDS, await directory(change))).rejects.toThrow("directory");
  }
});

it("seals to no key of the team that this member does not hold, whoever signed it", async () => {
  const recipients = [
    { name: "zorg", recipient: await identityToRecipient(stranger) },
    { name: "recovery", recipient: await identityToRecipient(recovery) },
  ];
  await expect(seal(WORDS, await directory({ recipients }))).rejects.toThrow("team");
});

it("seals by no directory that is older than a key one holds", async () => {
  const later: Keyring = new Map([...keyring, ["zorg@3", stranger]]);
  await expect(sealWords(WORDS, PLACE, "zorg", await directory(), later)).rejects.toThrow("team");
});

it("refuses a text that is too long before it is sealed", async () => {
  await expect(seal({ ...WORDS, text: "x".repeat(4001) })).rejects.toThrow("long");
  await expect(seal({ ...WORDS, who: "x".repeat(201) })).rejects.toThrow("long");
  const { sealed } = await seal({ ...WORDS, text: "🚢".repeat(2000) });
  expect(fromBase64(sealed).length).toBeLessThan(32 * 1024);
});

it("shows nothing of another step, another report or another municipality", async () => {
  const { sealed } = await seal();
  for (const other of [{ place: 5 }, { report: "M-2026-032" }, { tenant: "GM0363" }]) {
    await expect(open(sealed, { ...PLACE, ...other })).rejects.toThrow("elsewhere");
  }
});

it("says whose key is missing, and what was changed on the way", async () => {
  const { sealed } = await seal();
  await expect(open(sealed, PLACE, new Map())).rejects.toThrow("no-key");
  await expect(open(sealed, PLACE, new Map([["zorg@2", stranger]]))).rejects.toThrow("other-key");
  const bytes = fromBase64(sealed);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  await expect(open(base64(bytes))).rejects.toThrow("altered");
});

it("opens nothing that is not written as this program writes it", async () => {
  const bytesOf = (json: string, more = 0) => {
    const text = new TextEncoder().encode(json);
    const bytes = new Uint8Array(Math.ceil((text.length + 4) / 2048) * 2048 + more);
    new DataView(bytes.buffer).setUint32(0, text.length);
    bytes.set(text, 4);
    return bytes;
  };
  const encrypted = async (bytes: Uint8Array) => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(await identityToRecipient(team));
    return base64(await encrypter.encrypt(bytes));
  };
  const said = { schema: "report-text.v1", ...PLACE, ...WORDS };
  const whole = JSON.stringify({
    ...{ schema: said.schema, tenant: said.tenant, report: said.report, place: said.place },
    ...{ kind: said.kind, text: said.text, who: said.who, how: said.how },
  });
  expect(await open(await encrypted(bytesOf(whole)))).toEqual(WORDS);
  for (const wrong of [
    bytesOf(whole.replace("}", ',"more":1}')),
    bytesOf(whole.replace("telephone", "dream")),
    bytesOf(` ${whole}`),
    bytesOf(whole, 1),
    bytesOf(whole, 2048),
  ]) {
    await expect(open(await encrypted(wrong))).rejects.toThrow("container");
  }
  const later = whole.replace("report-text.v1", "report-text.v2");
  await expect(open(await encrypted(bytesOf(later)))).rejects.toThrow("later");
});
