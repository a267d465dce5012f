/** What went wrong, in words that say what to do. A code that the backend may send does not compile without its words. */
import * as m from "../../paraglide/messages";
import type { ApiError, ApiErrorCode } from "../../shared/api";

const WORDS: Readonly<Record<ApiErrorCode, () => string>> = {
  network: m.error_network,
  "wrong-credentials": m.error_wrong_credentials,
  "second-factor-required": m.second_factor_code_missing,
  "wrong-code": m.second_factor_code_wrong,
  "password-not-taken": m.error_password_not_taken,
  "sign-in-lapsed": m.error_sign_in_lapsed,
  "sign-in-cancelled": m.error_sign_in_cancelled,
  "provider-failed": m.error_provider_failed,
  "provider-not-believed": m.error_provider_not_believed,
  "unknown-subject": m.error_unknown_subject,
  "too-many-attempts": m.error_too_many,
  "not-signed-in": m.error_signed_out,
  "not-found": m.error_missing,
  "not-permitted": m.error_not_permitted,
  "last-administrator": m.error_last_administrator,
  "own-roles": m.error_own_roles,
  "beyond-yours": m.error_beyond_yours,
  "changed-meanwhile": m.error_changed_meanwhile,
  "not-now": m.error_not_now,
  "code-unknown": m.error_code_unknown,
  "code-expired": m.error_code_expired,
  csrf: m.error_csrf,
  "cross-site": m.error_csrf,
  invalid: m.error_invalid,
  incomplete: m.error_incomplete,
  "storage-full": m.error_storage_full,
  unavailable: m.error_unavailable,
  // What a page of this console never causes: only trying again, or whoever runs the backend, can help.
  "bad-request": m.error_internal,
  malformed: m.error_internal,
  "method-not-allowed": m.error_internal,
  "unsupported-media-type": m.error_internal,
  "too-large": m.error_internal,
  "too-slow": m.error_internal,
  "console-not-built": m.error_internal,
  internal: m.error_internal,
  // What devices hear only.
  "bad-signature": m.error_internal,
  "unknown-version": m.error_internal,
  "unknown-device": m.error_internal,
  "code-used": m.error_internal,
  "key-known": m.error_internal,
  gap: m.error_internal,
  forked: m.error_internal,
  frozen: m.error_internal,
  "wrong-offset": m.error_internal,
  "upload-busy": m.error_internal,
  "hash-mismatch": m.error_internal,
};

export function apiErrorText(error: ApiError): string {
  return (Object.hasOwn(WORDS, error.code) ? WORDS[error.code] : m.error_internal)();
}
