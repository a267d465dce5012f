/** The bridge over Tauri's IPC. The only place that knows command names. */
import { onBackButtonPress } from "@tauri-apps/api/app";
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { SyncProgress } from "@baken/bindings";

import type { Bridge } from "./bridge";

export const bridge: Bridge = {
  status: () => invoke("status"),
  createVault: (secret) => invoke("create_vault", { secret }),
  unlock: (secret) => invoke("unlock", { secret }),
  lock: () => invoke("lock"),
  touched: () => invoke("touched"),
  erase: () => invoke("erase"),
  checkInvitation: (text, address) => invoke("check_invitation", { text, address }),
  enrol: (text, address) => invoke("enrol", { text, address }),
  vocabulary: () => invoke("vocabulary"),
  home: () => invoke("home"),
  startDraft: (kind) => invoke("start_draft", { kind }),
  draft: (id) => invoke("draft", { id }),
  saveDraft: (id, form) => invoke("save_draft", { id, form }),
  discardDraft: (id) => invoke("discard_draft", { id }),
  closeInspection: () => invoke("close_inspection"),
  maskBsn: (text) => invoke("mask_bsn", { text }),
  finalise: (id) => invoke("finalise", { id }),
  addPhoto: (draft, base64) => invoke("add_photo", { draft, base64 }),
  photoPreview: (id) => invoke("photo_preview", { id }),
  keepPhoto: (id) => invoke("keep_photo", { id }),
  removePhoto: (id) => invoke("remove_photo", { id }),
  records: () => invoke("records"),
  record: (operation) => invoke("record", { operation }),
  receipt: (operation) => invoke("receipt", { operation }),
  syncStart: () => invoke("sync_start"),
  syncPause: () => invoke("sync_pause"),
  syncStatus: () => invoke("sync_status"),
  onSyncProgress: (listener) => listen<SyncProgress>("sync-progress", ({ payload }) => listener(payload)),
  onLocked: (listener) => listen<null>("locked", () => listener()),
  onBackButton: async (listener) => {
    if (!/android/i.test(navigator.userAgent)) return;
    try {
      await onBackButtonPress(() => listener());
    } catch {
      // Not permitted: the web view then goes through its own history, which is the same way back.
    }
  },
};
