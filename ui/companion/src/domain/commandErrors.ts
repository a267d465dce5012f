/** What a person reads when a command fails: what is wrong and what to do. The core's own message is never shown. */
import type { CommandError } from "@baken/bindings";

import * as m from "../paraglide/messages";

export function commandErrorText(error: CommandError): string {
  switch (error.code) {
    case "secret-too-short":
      return m.error_secret_too_short();
    case "vault-exists":
      return m.error_vault_exists();
    case "disk-full":
      return m.error_disk_full();
    case "wrong-secret":
      return m.error_wrong_secret();
    case "wait":
      return m.error_wait();
    case "vault-destroyed":
      return m.error_vault_destroyed();
    case "storage-failed":
      return m.error_storage_failed();
    case "in-use":
      return m.error_in_use();
    case "vault-damaged":
    case "store-damaged":
      return m.error_store_damaged();
    case "store-too-new":
      return m.error_store_too_new();
    case "invitation-malformed":
      return m.error_invitation_malformed();
    case "invitation-address":
      return m.error_invitation_address();
    case "code-unknown":
      return m.error_code_unknown();
    case "code-used":
      return m.error_code_used();
    case "code-expired":
      return m.error_code_expired();
    case "fingerprint-mismatch":
      return m.error_fingerprint_mismatch();
    case "network":
      return m.error_network();
    case "backend-error":
      return m.error_backend();
    case "backend-too-old":
      return m.error_backend_too_old();
    case "directory-rollback":
      return m.failure_directory_rollback();
    case "storage-full":
      return m.failure_storage_full();
    case "not-found":
      return m.error_not_found();
    case "unreadable":
      return m.error_unreadable();
    case "directory-expired":
      return m.error_directory_expired();
    case "photo-unreadable":
      return m.error_photo_unreadable();
    case "photo-too-large":
      return m.error_photo_too_large();
    case "too-many-photos":
      return m.error_too_many_photos();
    case "invalid":
      return m.error_invalid();
    case "locked":
      return m.error_locked();
    default:
      return m.error_unexpected();
  }
}
