/**
 * Opening one's key: the passphrase opens the member's identity, the identity opens each team's key.
 * All of it happens in the browser; neither passphrase nor key ever leaves it.
 */
import type { MemberKey, TeamKeyShare } from "@baken/bindings";
import { Decrypter, armor, identityToRecipient } from "age-encryption";

/** Age identities by team and epoch, as `team@3`; in memory only. */
export type Keyring = ReadonlyMap<string, string>;

/** `unreadable`: teams whose key did not open, or turned out to be another key than it says. */
export type OpenedKey = { keyring: Keyring; unreadable: string[] };

/** Why a member's key stays closed. */
export type KeyReason = "wrong-passphrase" | "damaged" | "program";

export class KeyError extends Error {
  constructor(readonly reason: KeyReason) {
    super(reason);
  }
}

export async function openKey(key: MemberKey, passphrase: string): Promise<OpenedKey> {
  const identity = await openIdentity(key, passphrase);
  const keyring = new Map<string, string>();
  const unreadable: string[] = [];
  for (const share of key.teamKeys) {
    const line = await openShare(share, identity);
    if (line === null) unreadable.push(share.team);
    else keyring.set(`${share.team}@${share.epoch}`, line);
  }
  return { keyring, unreadable };
}

/** The keys that may open something sealed to `recipients` under `epoch`. */
export function keysFor(keyring: Keyring, recipients: readonly string[], epoch: number): string[] {
  return recipients.flatMap((team) => keyring.get(`${team}@${epoch}`) ?? []);
}

/** The teams whose keys are open, without their epochs. */
export const teamsOf = (keyring: Keyring): string[] => [
  ...new Set([...keyring.keys()].map((name) => name.slice(0, name.lastIndexOf("@")))),
];

async function openIdentity(key: MemberKey, passphrase: string): Promise<string> {
  const wrapped = unarmored(key.wrappedIdentity);
  if (wrapped === null) throw new KeyError("damaged");
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let line: string;
  try {
    line = (await decrypter.decrypt(wrapped, "text")).trim();
  } catch {
    throw new KeyError("wrong-passphrase");
  }
  if (!(await isOf(line, key.recipient))) throw new KeyError("damaged");
  return line;
}

async function openShare(share: TeamKeyShare, identity: string): Promise<string | null> {
  const sealed = unarmored(share.sealed);
  if (sealed === null) return null;
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    const line = (await decrypter.decrypt(sealed, "text")).trim();
    return (await isOf(line, share.recipient)) ? line : null;
  } catch {
    return null;
  }
}

async function isOf(identity: string, recipient: string): Promise<boolean> {
  try {
    return (await identityToRecipient(identity)) === recipient;
  } catch {
    return false;
  }
}

function unarmored(text: string): Uint8Array | null {
  try {
    return armor.decode(text);
  } catch {
    return null;
  }
}
