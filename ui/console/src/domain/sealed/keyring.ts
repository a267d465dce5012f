/**
 * Opening one's key: the passphrase opens the member's identity, the identity opens each team's key.
 * All of it happens in the browser; neither passphrase nor key ever leaves it.
 */
import type { MemberKey, TeamKeyShare } from "@baken/bindings";
import { Decrypter, armor, identityToRecipient } from "age-encryption";

import { inFours } from "../keys/fingerprint";
import { teamOf } from "./teamKeys";
import { WrongPassphrase } from "./wrongPassphrase";

/** `team@epoch` and its age identity; lives in memory only. */
export type Keyring = ReadonlyMap<string, string>;

/**
 * The keyring of the municipality's recovery key, as it stands on paper: it is among those that every record is sealed to. Null
 * where it is another key, or none.
 */
export async function recoveryKeyring(line: string, recipient: string): Promise<Keyring | null> {
  const identity = line.replace(/\s/g, "").toUpperCase();
  const own = await identityToRecipient(identity).catch(() => null);
  return own === recipient ? new Map([["recovery@0", identity]]) : null;
}

/** A share that cannot be opened is left out: the other teams' records must stay readable. */
export async function openKeyring(key: MemberKey, passphrase: string): Promise<Keyring> {
  const identity = await openIdentity(key.wrappedIdentity, passphrase);
  const keyring = new Map<string, string>();
  // Each epoch under its own name: what was sealed under an earlier one stays readable.
  for (const share of key.teamKeys) {
    const line = await openShare(share, identity);
    if (line !== null) keyring.set(`${share.team}@${share.epoch}`, line);
  }
  return keyring;
}

/**
 * The keys that may open something sealed to `recipients` under `epoch`: those of that epoch first. A register that was
 * restored may lack an epoch's directory, and with it the shares under that epoch, while the key itself is there under
 * another: so every key of these teams is tried.
 */
export function keysFor(keyring: Keyring, recipients: readonly string[], epoch: number): string[] {
  const own = recipients.flatMap((team) => keyring.get(`${team}@${epoch}`) ?? []);
  const others = [...keyring].filter(([name]) => recipients.includes(teamOf(name))).map(([, key]) => key);
  return [...new Set([...own, ...others])];
}

/** Whether this keyring has a key of that epoch, of one of `recipients`. Another line of directories may have another. */
export const hasKeyOf = (keyring: Keyring, recipients: readonly string[], epoch: number): boolean =>
  recipients.some((team) => keyring.has(`${team}@${epoch}`));

async function openShare(share: TeamKeyShare, identity: string): Promise<string | null> {
  try {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    return (await decrypter.decrypt(armor.decode(share.sealed), "text")).trim();
  } catch {
    return null;
  }
}

/** One's own key, by the passphrase. */
export async function openIdentity(wrapped: string, passphrase: string): Promise<string> {
  // Whoever types one that was made here may leave out what stands between its groups, as when it was confirmed.
  const grouped = inFours(passphrase.replace(/[\s-]/g, "").toLowerCase());
  for (const tried of new Set([passphrase, grouped])) {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(tried);
    try {
      return (await decrypter.decrypt(armor.decode(wrapped), "text")).trim();
    } catch {
      // Another passphrase, or none at all.
    }
  }
  throw new WrongPassphrase();
}
