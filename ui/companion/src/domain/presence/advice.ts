/**
 * What a person does after the device's own answer, and after a wrong PIN. The reason stands beside it
 * (`commandErrorText`); what becomes of the next try, the core decides (`keystore/way.rs`) and tells with its status.
 */
import type { CommandError, FailureCode } from "@baken/bindings";

import * as m from "../../paraglide/messages";

/** Whether it is of opening with a finger at all. */
export const isOfPresence = ({ code }: CommandError): boolean =>
  code.startsWith("presence-") || code === "wrong-pin" || code === "pin-spent" || code === "pin-unusable";

/** After these the device asks for no finger: only the passphrase opens now. */
const BY_PASSPHRASE: ReadonlySet<FailureCode> = new Set([
  "presence-off",
  "presence-locked-out",
  "presence-locked-out-for-good",
  "presence-not-enrolled",
  "presence-refused",
  "presence-unsupported",
]);

/** Whether only the passphrase opens after this answer. */
export const opensByPassphraseAlone = ({ code }: CommandError): boolean => BY_PASSPHRASE.has(code);

/** At the lock. */
export function adviceAtTheLock(code: FailureCode): string {
  if (code === "presence-lost" || code === "pin-spent") return m.presence_then_anew();
  return BY_PASSPHRASE.has(code) ? m.presence_by_passphrase() : m.presence_again();
}
