/** What went wrong, in words that say what to do. */
import * as m from "../../paraglide/messages";
import type { ApiError } from "../../shared/api";
import type { UnsealReason } from "../sealed/unseal";

export function apiErrorText(error: ApiError): string {
  switch (error.code) {
    case "network":
      return m.error_network();
    case "wrong-credentials":
      return m.error_wrong_credentials();
    case "too-many-attempts":
      return m.error_too_many();
    case "not-signed-in":
      return m.error_signed_out();
    case "not-found":
      return m.error_missing();
    case "csrf":
    case "cross-site":
      return m.error_csrf();
    case "invalid":
      return m.error_invalid();
    case "incomplete":
      return m.error_incomplete();
    case "storage-full":
      return m.error_storage_full();
    default:
      return m.error_internal();
  }
}

/** `teams` are the names of those it was sealed for. */
export function unsealText(reason: UnsealReason, teams: string): string {
  switch (reason) {
    case "altered":
      return m.unseal_altered();
    case "no-key":
      return m.unseal_no_key({ teams });
    case "container":
      return m.unseal_container();
    case "elsewhere":
      return m.unseal_elsewhere();
  }
}
