/**
 * What is wrong with a passphrase that is being chosen, as far as can be told here.
 * Deliberately absent: whether it is a good one; the core has the last word.
 */
import type { AppStatus } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import type { FormError } from "./formErrors.svelte";

export const SECRET_FIELD = "secret";
export const REPEATED_FIELD = "secret-repeat";

type Rules = Pick<AppStatus, "minimumLength">;

export function secretErrors(secret: string, repeated: string, rules: Rules): FormError[] {
  const errors: FormError[] = [];
  const minimum = rules.minimumLength;
  if (secret.length < minimum)
    errors.push({ fieldId: SECRET_FIELD, text: m.setup_passphrase_too_short({ minimum }) });
  if (secret !== repeated) errors.push({ fieldId: REPEATED_FIELD, text: m.setup_not_equal() });
  return errors;
}
