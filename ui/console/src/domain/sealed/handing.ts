/**
 * What is done with a member's keys beside opening what they seal: handing team keys to a colleague, and wrapping one's own key
 * under another passphrase. Each opens the key anew, by the passphrase, for that alone: an open key hands nothing on, so
 * whoever runs code in a page while it is open can have no key by it.
 */
import type { LackedKey, MemberKey, TeamKeyShare } from "@baken/bindings";
import { armor, Encrypter, identityToRecipient } from "age-encryption";

import { wrapIdentity } from "../keys/ownKey";
import { openIdentity, openKeyring } from "./keyring";
import { teamOf } from "./teamKeys";

/** The keys of `names` that this member has, each sealed to `to`. One that is not what its name says is left out. */
export async function handKeys(
  key: MemberKey,
  passphrase: string,
  to: string,
  names: readonly LackedKey[],
): Promise<TeamKeyShare[]> {
  const keyring = await openKeyring(key, passphrase);
  // One key has one team: else a register that names it anew would have it handed to whoever may have the other's.
  const teams = new Map<string, Set<string>>();
  for (const [name, line] of keyring) teams.set(line, (teams.get(line) ?? new Set()).add(teamOf(name)));
  // One key may stand under many directories; it is sealed once.
  const sealed = new Map<string, string>();
  const shares: TeamKeyShare[] = [];
  for (const { team, epoch, recipient } of names) {
    const line = keyring.get(`${team}@${epoch}`);
    if (line === undefined || teams.get(line)?.size !== 1) continue;
    if ((await identityToRecipient(line)) !== recipient) continue;
    const share = sealed.get(line) ?? (await sealTo(to, line));
    sealed.set(line, share);
    shares.push({ team, epoch, recipient, sealed: share });
  }
  return shares;
}

/** One's own key under another passphrase. */
export async function rewrap(key: MemberKey, passphrase: string, chosen: string): Promise<string> {
  return wrapIdentity(await openIdentity(key.wrappedIdentity, passphrase), chosen);
}

async function sealTo(to: string, line: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(to);
  return armor.encode(await encrypter.encrypt(`${line}\n`));
}
