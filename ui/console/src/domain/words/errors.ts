/** What went wrong, in words that say what to do. */
import * as m from "../../paraglide/messages";
import type { ApiError } from "../../shared/api";

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
