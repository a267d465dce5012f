/**
 * What is wrong with an invitation, at the field it is wrong in: what is missing can be told at once, whether it is
 * right only by the device core. Anything else the core says is about no field.
 */
import type { FailureCode } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import type { FormError } from "./formErrors.svelte";
import { charactersLeft, pastedInvitation } from "./invitation";

export const INVITATION_FIELD = "invitation";
export const CODE_FIELD = "invitation-code";
export const ADDRESS_FIELD = "backend-address";
/** What every address begins with; the field holds it from the start. */
export const ADDRESS_START = "https://";

export type Way = "paste" | "type";
type Typed = { pasted: string; code: string; address: string };

/** What is still to be filled in. */
export function missingOf(way: Way, { pasted, code, address }: Typed): FormError[] {
  const errors: FormError[] = [];
  const left = charactersLeft(code);
  if (way === "paste") {
    if (pasted.trim() === "") errors.push({ fieldId: INVITATION_FIELD, text: m.enrol_invitation_missing() });
    return errors;
  }
  // A whole invitation, pasted where its address is asked, is all there is to know.
  if (pastedInvitation(address) !== null) return errors;
  if (left > 0) errors.push({ fieldId: CODE_FIELD, text: m.enrol_code_incomplete({ count: left }) });
  if (["", ADDRESS_START].includes(address.trim()))
    errors.push({ fieldId: ADDRESS_FIELD, text: m.enrol_address_missing() });
  return errors;
}

/** What the core found wrong with what was filled in; none when its answer is about something else. */
export function refusedOf(way: Way, code: FailureCode): FormError[] {
  if (code === "invitation-malformed")
    return way === "paste"
      ? [{ fieldId: INVITATION_FIELD, text: m.error_invitation_malformed() }]
      : [{ fieldId: CODE_FIELD, text: m.enrol_code_wrong() }];
  if (code === "invitation-address")
    return [
      { fieldId: way === "paste" ? INVITATION_FIELD : ADDRESS_FIELD, text: m.error_invitation_address() },
    ];
  return [];
}
