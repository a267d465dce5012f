/**
 * What a person does after the device's own answer, and after a wrong PIN. The reason stands beside it
 * (`commandErrorText`); what becomes of the next try, the core decides (`keystore/way.rs`) and tells with its status.
 */
import type { CommandError, FailureCode } from "@baken/bindings";

import * as m from "../../paraglide/messages";

/** Whether it is of opening with a finger at all. */
export const isOfPresence = ({ code }: CommandError): boolean =>
  code.startsWith("presence-") || code === "wrong-pin" || code === "pin-spent" || code === "pin-unusable";

/** At the lock. */
export function adviceAtTheLock(code: FailureCode): string {
  switch (code) {
    case "presence-lost":
    case "pin-spent":
      return m.presence_then_anew();
    case "presence-off":
    case "presence-locked-out":
    case "presence-locked-out-for-good":
    case "presence-not-enrolled":
    case "presence-refused":
    case "presence-unsupported":
      return m.presence_by_passphrase();
    default:
      return m.presence_again();
  }
}
