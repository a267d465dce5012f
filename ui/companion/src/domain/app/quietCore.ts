/** For the tests: what every device core in memory answers as long as nothing happens. */
import type { SyncProgress } from "@baken/bindings";

import type { Bridge } from "../../shared/bridge";

export const STARTED_AT = "2026-11-23T10:00:00Z";
export const SAVED_AT = "2026-11-23T10:00:01Z";

const nothingToSend: SyncProgress = {
  phase: "idle",
  recordsTotal: 0,
  recordsSent: 0,
  bytesTotal: 0,
  bytesSent: 0,
  photoBytesTotal: 0,
  photoBytesSent: 0,
  photosWaiting: 0,
  photoBytesWaiting: 0,
  error: null,
  finishedAt: null,
};

export const quietCore = {
  syncStatus: () => Promise.resolve(nothingToSend),
  syncStart: () => Promise.resolve(),
  onSyncProgress: () => Promise.resolve(() => undefined),
  onBackButton: () => Promise.resolve(),
  onLocked: () => Promise.resolve(() => undefined),
  discardDraft: () => Promise.resolve(),
  touched: () => Promise.resolve(),
  expectAbsence: () => Promise.resolve(),
  nameWork: () => Promise.resolve(),
  onMemoryLow: () => Promise.resolve(() => undefined),
  onWithdrawn: () => Promise.resolve(() => undefined),
  insets: () => Promise.resolve(null),
  onInsets: () => Promise.resolve(() => undefined),
  leave: () => Promise.resolve(),
  putAway: () => Promise.resolve(),
  plannedInspections: () => Promise.resolve([]),
  searchPlaces: () => Promise.resolve({ known: 0, places: [], more: false, old: false }),
  earlier: () => Promise.resolve({ persons: [], indicators: [], forms: [], place: null }),
  presenceOffered: () => Promise.resolve(false),
} satisfies Partial<Bridge>;
