/**
 * A member's own key, made in their browser: an age identity, wrapped under a passphrase that is made here too and shown once.
 * Neither leaves the browser. Deliberately absent: a passphrase of one's own choosing; it stands alone against whoever has the
 * register's file, and people choose what others guess.
 */
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";

import { inFours } from "./fingerprint";

/** As `baken-backend init` wraps it: about a second in a browser. */
const WORK_FACTOR = 16;
/** 100 bits as five groups of four letters and digits, none of which looks like another. */
const SYMBOLS = "abcdefghijkmnpqrstuvwxyz23456789";
const GROUPS = 5;

export type OwnKey = { recipient: string; wrappedIdentity: string };

export function makePassphrase(): string {
  const random = crypto.getRandomValues(new Uint8Array(GROUPS * 4));
  // 32 symbols: each is as likely as the others.
  return inFours([...random].map((byte) => SYMBOLS[byte & 31] ?? "").join(""));
}

export async function makeOwnKey(passphrase: string): Promise<OwnKey> {
  const identity = await generateX25519Identity();
  return {
    recipient: await identityToRecipient(identity),
    wrappedIdentity: await wrapIdentity(identity, passphrase),
  };
}

export async function wrapIdentity(identity: string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(WORK_FACTOR);
  return armor.encode(await encrypter.encrypt(`${identity}\n`));
}

/** Whether somebody typed it as it was shown; what stands between the groups says nothing. */
export const isSamePassphrase = (typed: string, shown: string): boolean =>
  groups(typed.trim().toLowerCase()) === groups(shown);

const groups = (text: string) => text.replace(/[\s-]/g, "");
