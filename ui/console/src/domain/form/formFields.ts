/** The fields of the console's forms, by the backend's names: where each stands, and words for what is wrong with it. */
import type { FieldProblemCode } from "@baken/bindings";

import * as m from "../../paraglide/messages";

type Words = () => string;
export type FieldWords<Field extends string> = Readonly<
  Record<Field, { fieldId: string; codes: Readonly<Partial<Record<FieldProblemCode, Words>>> }>
>;

export const SIGN_IN: FieldWords<"login" | "password" | "code"> = {
  login: {
    fieldId: "login",
    codes: { required: m.sign_in_login_missing },
  },
  password: {
    fieldId: "password",
    codes: { required: m.sign_in_password_missing },
  },
  code: {
    fieldId: "code",
    codes: { required: m.second_factor_code_missing },
  },
};

/** Turning the second factor on or off. */
export const SECOND_FACTOR: FieldWords<"password" | "code"> = {
  password: {
    fieldId: "second-factor-password",
    codes: { required: m.sign_in_password_missing, invalid: m.second_factor_password_wrong },
  },
  code: {
    fieldId: "second-factor-code",
    codes: { required: m.second_factor_code_missing, invalid: m.second_factor_code_wrong },
  },
};

const PASSWORD_CODES = {
  required: m.sign_in_password_missing,
  "out-of-range": m.password_short,
  "too-long": m.password_long,
  guessable: m.password_guessable,
};
const AGAIN = {
  required: m.sign_in_password_missing,
  invalid: m.second_factor_password_wrong,
};
const CODE_AGAIN = { required: m.second_factor_code_missing, invalid: m.second_factor_code_wrong };

/** Somebody who was invited joins. */
export const JOINING: FieldWords<"code" | "password" | "passphrase"> = {
  code: { fieldId: "join-code", codes: { required: m.join_code_missing } },
  password: { fieldId: "join-password", codes: PASSWORD_CODES },
  passphrase: {
    fieldId: "join-passphrase",
    codes: { required: m.passphrase_again_missing, invalid: m.passphrase_again_other },
  },
};

/** Letting somebody in. */
export const ADMISSION: FieldWords<"fingerprint" | "passphrase" | "password" | "code"> = {
  fingerprint: {
    fieldId: "admit-fingerprint",
    codes: { required: m.admit_fingerprint_missing, invalid: m.admit_fingerprint_other },
  },
  passphrase: {
    fieldId: "admit-passphrase",
    codes: { required: m.admit_passphrase_missing, invalid: m.key_wrong },
  },
  password: { fieldId: "admit-password", codes: AGAIN },
  code: { fieldId: "admit-code", codes: CODE_AGAIN },
};

export const NEW_PASSWORD: FieldWords<"newPassword" | "password" | "code"> = {
  newPassword: { fieldId: "new-password", codes: PASSWORD_CODES },
  password: { fieldId: "password-password", codes: AGAIN },
  code: { fieldId: "password-code", codes: CODE_AGAIN },
};

/** Another passphrase, or another key. */
export const OWN_KEY: FieldWords<"passphrase" | "typed" | "password" | "code"> = {
  passphrase: {
    fieldId: "old-passphrase",
    codes: { required: m.admit_passphrase_missing, invalid: m.key_wrong },
  },
  typed: {
    fieldId: "new-passphrase",
    codes: { required: m.passphrase_again_missing, invalid: m.passphrase_again_other },
  },
  password: { fieldId: "key-password", codes: AGAIN },
  code: { fieldId: "key-code", codes: CODE_AGAIN },
};

/** Who is to be a member. */
export const MEMBER_INVITATION: FieldWords<"login" | "organisation" | "roles"> = {
  login: {
    fieldId: "member-login",
    codes: { required: m.member_login_missing, invalid: m.member_login_hint, taken: m.member_login_taken },
  },
  organisation: {
    fieldId: "member-organisation",
    codes: { required: m.invite_organisation_missing, unknown: m.invite_organisation_unknown },
  },
  roles: {
    fieldId: "member-roles",
    codes: { required: m.member_roles_needed, unknown: m.member_roles_unknown },
  },
};

const TEXT = { "too-long": m.planned_text_long, invalid: m.planned_text_number };

/** An inspection that is planned. */
export const PLANNED: FieldWords<
  | "name"
  | "kind"
  | "place"
  | "berth"
  | "address"
  | "district"
  | "day"
  | "begins"
  | "endDay"
  | "ends"
  | "organisations"
  | "ground"
  | "note"
> = {
  name: { fieldId: "planned-name", codes: { required: m.planned_name_missing, ...TEXT } },
  day: { fieldId: "planned-day", codes: { required: m.planned_day_missing, invalid: m.filter_day_unread } },
  begins: {
    fieldId: "planned-begins",
    codes: { required: m.planned_begins_missing, invalid: m.planned_time_unread },
  },
  ends: {
    fieldId: "planned-ends",
    codes: {
      required: m.planned_ends_missing,
      invalid: m.planned_time_unread,
      "out-of-range": m.planned_ends_early,
    },
  },
  endDay: { fieldId: "planned-end-day", codes: { invalid: m.filter_day_unread } },
  kind: { fieldId: "planned-kind", codes: { required: m.report_place_missing } },
  place: { fieldId: "planned-place", codes: { required: m.planned_place_missing, ...TEXT } },
  berth: { fieldId: "planned-berth", codes: TEXT },
  address: { fieldId: "planned-address", codes: TEXT },
  district: { fieldId: "planned-district", codes: {} },
  organisations: { fieldId: "planned-organisations", codes: {} },
  ground: { fieldId: "planned-ground", codes: {} },
  note: { fieldId: "planned-note", codes: TEXT },
};

/** What holds for every device, with the field of each telephone number. */
export const deviceSettings = (
  numbers: readonly { field: string; fieldId: string }[],
): FieldWords<string> => ({
  purgeAfterDays: { fieldId: "purge-days", codes: { "out-of-range": m.purge_days_wrong } },
  leaseDays: { fieldId: "lease-days", codes: { "out-of-range": m.lease_days_wrong } },
  ...Object.fromEntries(
    numbers.map(({ field, fieldId }) => [field, { fieldId, codes: { invalid: m.phone_number_wrong } }]),
  ),
});

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

/** Asking the author of an observation something. */
export const ASKING: FieldWords<"question"> = {
  question: { fieldId: "ask-question", codes: { required: m.ask_missing } },
};

/** Being done with an observation. */
export const HANDLING: FieldWords<"reason" | "doubles" | "report"> = {
  reason: {
    fieldId: "handle-reason",
    codes: { required: m.handle_why_missing },
  },
  doubles: {
    fieldId: "handle-doubles",
    codes: { required: m.handle_double_missing, unknown: m.handle_double_missing },
  },
  report: {
    fieldId: "handle-report",
    codes: { required: m.handle_report_missing, unknown: m.handle_report_missing },
  },
};

/** What a report is about; its level is asked for where it is entered by hand. */
export const REPORT: FieldWords<"source" | "form" | "placeKind" | "urgency" | "level" | "observations"> = {
  source: { fieldId: "report-source", codes: { required: m.report_source_missing } },
  form: { fieldId: "report-form", codes: { required: m.report_form_missing } },
  placeKind: { fieldId: "report-place", codes: { required: m.report_place_missing } },
  urgency: { fieldId: "report-urgency", codes: { required: m.report_urgency_missing } },
  level: { fieldId: "report-level", codes: { required: m.report_level_missing } },
  observations: {
    fieldId: "report-form",
    codes: { unknown: m.report_observations_mixed, "too-long": m.report_observations_many },
  },
};

/** Something that is to be done about a report. */
export const TASK: FieldWords<"task" | "due" | "text"> = {
  task: { fieldId: "task-kind", codes: { required: m.task_what_missing } },
  due: {
    fieldId: "task-due",
    codes: {
      required: m.task_by_when_missing,
      invalid: m.task_by_when_missing,
      "out-of-range": m.task_by_when_range,
    },
  },
  text: { fieldId: "task-text", codes: { required: m.text_missing, "too-long": m.text_long } },
};

/** Something that is written down about a report. */
export const NOTE: FieldWords<"who" | "how" | "text"> = {
  who: { fieldId: "note-who", codes: { required: m.contact_who_missing } },
  how: { fieldId: "note-how", codes: { required: m.contact_how_missing } },
  text: { fieldId: "note-text", codes: { required: m.text_missing, "too-long": m.text_long } },
};

/** Referring a report. `persons` is invalid where one of them did not agree. */
export const REFERRAL: FieldWords<"body" | "ground" | "persons" | "text"> = {
  body: { fieldId: "refer-body", codes: { required: m.refer_to_missing } },
  ground: {
    fieldId: "refer-ground",
    codes: { required: m.refer_ground_missing, invalid: m.refer_ground_unread },
  },
  persons: {
    fieldId: "refer-persons",
    codes: {
      required: m.refer_persons_missing,
      invalid: m.refer_no_consent_of_some,
      "out-of-range": m.refer_persons_range,
    },
  },
  text: { fieldId: "refer-text", codes: { required: m.refer_why_missing, "too-long": m.text_long } },
};

/** Where a report goes. */
export const REPORT_STEP: FieldWords<"state" | "reason" | "doubles"> = {
  state: { fieldId: "step-state", codes: { required: m.report_move_missing } },
  reason: { fieldId: "step-reason", codes: { required: m.report_why_missing } },
  doubles: {
    fieldId: "step-doubles",
    codes: {
      required: m.report_double_missing,
      invalid: m.report_double_missing,
      unknown: m.report_double_missing,
    },
  },
};
