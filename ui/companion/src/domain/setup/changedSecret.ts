/**
 * What is wrong with the form that changes the passphrase, as far as can be told here: whether the current one is right
 * and the new one good, the core says.
 */
import type { AppStatus } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import type { FormError } from "./formErrors.svelte";
import { secretErrors } from "./newSecret";

export const CURRENT_FIELD = "secret-current";

export type ChangedSecret = { current: string; chosen: string; again: string };

export function changedSecretErrors(
  given: ChangedSecret,
  rules: Pick<AppStatus, "minimumLength">,
): FormError[] {
  const current =
    given.current === "" ? [{ fieldId: CURRENT_FIELD, text: m.passphrase_current_missing() }] : [];
  return [...current, ...secretErrors(given.chosen, given.again, rules)];
}
