/**
 * Opening one's key: the passphrase opens the member's identity, the identity opens each team's key.
 * All of it happens in the browser; neither passphrase nor key ever leaves it.
 */
import type { MemberKey } from "@baken/bindings";
import { Decrypter, armor } from "age-encryption";

/** Team names and their age identities; lives in memory only. */
export type Keyring = ReadonlyMap<string, string>;

export class WrongPassphrase extends Error {}

export async function openKeyring(key: MemberKey, passphrase: string): Promise<Keyring> {
  const identity = await openIdentity(key.wrappedIdentity, passphrase);
  const keyring = new Map<string, string>();
  // Shares are in order of epoch: a later one replaces an earlier one, which stays readable under its own name.
  for (const share of key.teamKeys) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const line = (await decrypter.decrypt(armor.decode(share.sealed), "text")).trim();
    keyring.set(`${share.team}@${share.epoch}`, line);
  }
  return keyring;
}

/** The keys that may open something sealed to `recipients` under `epoch`. */
export function keysFor(keyring: Keyring, recipients: readonly string[], epoch: number): string[] {
  return recipients.flatMap((team) => keyring.get(`${team}@${epoch}`) ?? []);
}

async function openIdentity(wrapped: string, passphrase: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return (await decrypter.decrypt(armor.decode(wrapped), "text")).trim();
  } catch {
    throw new WrongPassphrase();
  }
}
