/**
 * What is wrong with the form that has a finger open, as far as can be told here: whether a PIN is a good one, and the
 * passphrase the right one, the core says.
 */
import type { AppStatus } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import type { FormError } from "../setup/formErrors.svelte";

export const PASSPHRASE_FIELD = "finger-passphrase";
export const PIN_FIELD = "finger-pin";
export const PIN_AGAIN_FIELD = "finger-pin-again";

export type NewFinger = { passphrase: string; pin: string; again: string };

export function newFingerErrors(
  given: NewFinger,
  { minimumDigits }: Pick<AppStatus, "minimumDigits">,
): FormError[] {
  const errors: FormError[] = [];
  if (given.passphrase === "") errors.push({ fieldId: PASSPHRASE_FIELD, text: m.unlock_empty_passphrase() });
  const isPin = /^\d+$/.test(given.pin) && given.pin.length >= minimumDigits;
  if (given.pin !== "" && !isPin)
    errors.push({ fieldId: PIN_FIELD, text: m.setup_pin_too_short({ minimum: minimumDigits }) });
  if (given.pin !== given.again) errors.push({ fieldId: PIN_AGAIN_FIELD, text: m.setup_not_equal() });
  return errors;
}
