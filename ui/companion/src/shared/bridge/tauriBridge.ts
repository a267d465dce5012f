/** The bridge over Tauri's IPC. The only place that knows command names. */
import { onBackButtonPress } from "@tauri-apps/api/app";
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { Insets, Permission, SyncProgress } from "@baken/bindings";

import type { Bridge } from "./bridge";
import { wellFormed } from "./wellFormed";

/** Every text of every call is well-formed: one that is not would be refused before any command sees it. */
const call = <Answer>(command: string, given: Record<string, unknown> = {}): Promise<Answer> =>
  invoke<Answer>(command, wellFormed(given));

export const bridge: Bridge = {
  status: () => call("status"),
  createVault: (secret) => call("create_vault", { secret }),
  unlock: (secret) => call("unlock", { secret }),
  changePassphrase: (current, chosen) => call("change_passphrase", { current, new: chosen }),
  lock: () => call("lock"),
  touched: () => call("touched"),
  expectAbsence: () => call("expect_absence"),
  leave: () => call("leave"),
  erase: () => call("erase"),
  presenceOffered: () => call("presence_offered"),
  setUpPresence: (secret, pin, words) => call("set_up_presence", { secret, pin, ...words }),
  removePresence: () => call("remove_presence"),
  unlockByPresence: (pin, words) => call("unlock_by_presence", { pin, ...words }),
  putAway: () => call("put_away"),
  checkInvitation: (text, address) => call("check_invitation", { text, address }),
  enrol: (text, address) => call("enrol", { text, address }),
  vocabulary: () => call("vocabulary"),
  home: () => call("home"),
  referenceShelf: () => call("reference_shelf"),
  searchPlaces: (question) => call("search_places", { question }),
  plannedInspections: () => call("planned_inspections"),
  startPlanned: (code) => call("start_planned", { code }),
  startDraft: (kind) => call("start_draft", { kind }),
  startAmendment: (operation) => call("start_amendment", { operation }),
  draft: (id) => call("draft", { id }),
  saveDraft: (id, form) => call("save_draft", { id, form }),
  discardDraft: (id) => call("discard_draft", { id }),
  inspection: (inspection) => call("inspection", { inspection }),
  confirmInspection: () => call("confirm_inspection"),
  closeInspection: () => call("close_inspection"),
  inspectionOverview: () => call("inspection_overview"),
  showJoinCode: () => call("show_join_code"),
  readJoinCode: (base64) => call("read_join_code", { base64 }),
  checkJoinCode: (text) => call("check_join_code", { text }),
  joinInspection: (text, role) => call("join_inspection", { text, role }),
  earlier: (draft) => call("earlier", { draft }),
  maskBsn: (text) => call("mask_bsn", { text }),
  finalise: (id) => call("finalise", { id }),
  addPhoto: (draft, base64) => call("add_photo", { draft, base64 }),
  photoPreview: (id) => call("photo_preview", { id }),
  captionPhoto: (id, caption) => call("caption_photo", { id, caption }),
  orderPhotos: (draft, order) => call("order_photos", { draft, order }),
  coverPhoto: (id, areas) => call("cover_photo", { id, areas }),
  keepPhoto: (id) => call("keep_photo", { id }),
  removePhoto: (id) => call("remove_photo", { id }),
  beginSpoken: (draft, base64) => call("begin_spoken", { draft, base64 }),
  continueSpoken: (id, place, base64) => call("continue_spoken", { id, place, base64 }),
  endSpoken: (id) => call("end_spoken", { id }),
  spokenSound: (id) => call("spoken_sound", { id }),
  records: (wanted, before, limit) => call("records", { wanted, before, limit }),
  record: (operation) => call("record", { operation }),
  retract: (operation, reason) => call("retract", { operation, reason }),
  receipt: (operation) => call("receipt", { operation }),
  carryOut: () => call("carry_out"),
  carryIn: (base64, code) => call("carry_in", { base64, code }),
  syncStart: (asker) => call("sync_start", { asker }),
  syncPause: () => call("sync_pause"),
  syncStatus: () => call("sync_status"),
  onSyncProgress: (listener) => listen<SyncProgress>("sync-progress", ({ payload }) => listener(payload)),
  onLocked: (listener) => listen<null>("locked", () => listener()),
  insets: () => call("insets"),
  onInsets: (listener) => listen<Insets>("insets", ({ payload }) => listener(payload)),
  nameWork: (title) => call("name_work", { title }),
  onMemoryLow: (listener) => listen<null>("memory-low", () => listener()),
  onWithdrawn: (listener) => listen<Permission>("withdrawn", ({ payload }) => listener(payload)),
  onBackButton: async (listener) => {
    if (!/android/i.test(navigator.userAgent)) return;
    try {
      await onBackButtonPress(() => listener());
    } catch {
      // Not permitted: the web view then goes through its own history, which is the same way back.
    }
  },
};
