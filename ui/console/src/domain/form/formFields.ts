/** The fields of the console's forms, by the backend's names: where each stands, and words for what is wrong with it. */
import type { FieldProblemCode } from "@baken/bindings";

import * as m from "../../paraglide/messages";

type Words = () => string;
export type FieldWords<Field extends string> = Readonly<
  Record<Field, { fieldId: string; codes: Readonly<Partial<Record<FieldProblemCode, Words>>> }>
>;

export const SIGN_IN: FieldWords<"login" | "password"> = {
  login: {
    fieldId: "login",
    codes: { required: m.sign_in_login_missing },
  },
  password: {
    fieldId: "password",
    codes: { required: m.sign_in_password_missing },
  },
};

export const INVITATION: FieldWords<"label" | "organisation"> = {
  label: {
    fieldId: "invite-label",
    codes: { required: m.invite_label_missing, "too-long": m.invite_label_long, invalid: m.label_hidden },
  },
  organisation: {
    fieldId: "invite-organisation",
    codes: { required: m.invite_organisation_missing, unknown: m.invite_organisation_unknown },
  },
};

/** Revoking a device, or wiping it, for which one more step is asked. */
export const SHUTTING_OUT: FieldWords<"reason" | "sure"> = {
  reason: {
    fieldId: "revoke-reason",
    codes: { required: m.revoke_reason_missing, "too-long": m.revoke_reason_long },
  },
  sure: {
    fieldId: "wipe-sure",
    codes: { required: m.wipe_confirm_missing },
  },
};

/** Being done with an observation. */
export const HANDLING: FieldWords<"reason" | "doubles"> = {
  reason: {
    fieldId: "handle-reason",
    codes: { required: m.handle_why_missing },
  },
  doubles: {
    fieldId: "handle-doubles",
    codes: { required: m.handle_double_missing, unknown: m.handle_double_missing },
  },
};
