/**
 * What a person reads when a command fails: what is wrong and what to do. The core's own message is never shown.
 * Deliberately absent: a default. A code without words of its own does not pass the linter.
 */
import type { FailureCode } from "@baken/bindings";

import * as m from "../../paraglide/messages";

export function commandErrorText(code: FailureCode): string {
  switch (code) {
    case "secret-too-short":
      return m.error_secret_too_short();
    // Where the reason is known, it stands at the field.
    case "secret-weak":
      return m.weak_guessable();
    case "secret-unusable":
      return m.error_secret_unusable();
    case "store-read-only":
      return m.error_store_read_only();
    case "folder-permissions":
      return m.error_folder_permissions();
    case "vault-exists":
      return m.error_vault_exists();
    case "vault-missing":
      return m.error_vault_missing();
    case "wrong-secret":
      return m.error_wrong_secret();
    case "wait":
      return m.error_wait();
    case "vault-destroyed":
      return m.error_vault_destroyed();
    case "vault-damaged":
      return m.error_vault_damaged();
    case "disk-full":
      return m.error_disk_full();
    case "store-damaged":
      return m.error_store_damaged();
    case "store-too-new":
      return m.error_store_too_new();
    case "store-other-version":
      return m.error_store_other_version();
    case "storage-failed":
      return m.error_storage_failed();
    case "locked":
      return m.error_locked();
    case "not-enrolled":
      return m.error_not_enrolled();
    case "already-enrolled":
      return m.error_already_enrolled();
    case "in-use":
      return m.error_in_use();
    case "not-allowed":
      return m.error_not_allowed();
    case "not-found":
      return m.error_not_found();
    case "unreadable":
      return m.error_unreadable();
    case "invalid":
      return m.error_invalid();
    case "photo-unreadable":
      return m.error_photo_unreadable();
    case "photo-empty":
      return m.error_photo_empty();
    case "photo-heic":
      return m.error_photo_heic();
    case "photo-avif":
      return m.error_photo_avif();
    case "photo-undecided":
      return m.error_photo_undecided();
    case "photo-too-large":
      return m.error_photo_too_large();
    case "too-many-photos":
      return m.error_too_many_photos();
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
    // Of the commands only enrolling meets these three: there is nothing yet that could be lost, nor sent again.
    case "fingerprint-mismatch":
      return m.error_fingerprint_mismatch();
    case "network":
      return m.error_network();
    case "network-sign-in":
      return m.failure_network_sign_in();
    case "gateway-unavailable":
      return m.failure_gateway_unavailable();
    case "gateway-refuses":
      return m.failure_gateway_refuses();
    case "gateway-too-large":
      return m.failure_gateway_too_large();
    case "certificate-untrusted":
      return m.failure_certificate_untrusted();
    case "certificate-other-name":
      return m.failure_certificate_other_name();
    case "certificate-expired":
      return m.failure_certificate_expired();
    case "clock-wrong":
      return m.failure_clock_wrong();
    case "backend-error":
      return m.error_backend();
    case "backend-too-old":
      return m.error_backend_too_old();
    case "directory-rollback":
      return m.failure_directory_rollback();
    case "not-as-invited":
      return m.failure_not_as_invited();
    case "log-contradicts":
      return m.failure_log_contradicts();
    case "log-unexplained":
      return m.failure_log_unexplained();
    case "receipt-invalid":
      return m.failure_receipt_invalid();
    case "revoked":
      return m.failure_revoked();
    case "unknown-device":
      return m.failure_unknown_device();
    case "storage-full":
      return m.failure_storage_full();
    case "record-refused":
      return m.failure_refused();
    case "sealing-failed":
      return m.error_sealing_failed();
    case "signing-failed":
      return m.error_signing_failed();
    case "internal":
      return m.error_internal();
  }
}
