/** For the tests: a device core in memory that notes the order of what it was asked, and answers when it is told to. */
import type { AppStatus, Draft, DraftForm, SyncProgress, Vocabulary } from "@baken/bindings";

import type { Bridge } from "../shared/bridge";
import { Companion } from "./companion.svelte";
import type { BrowserHistory } from "./screenHistory";

const history: BrowserHistory = {
  state: null,
  pushState: () => undefined,
  replaceState: () => undefined,
  go: () => undefined,
};

const idleSync: SyncProgress = {
  phase: "done",
  recordsTotal: 0,
  recordsSent: 0,
  bytesTotal: 0,
  bytesSent: 0,
  photoBytesTotal: 0,
  photoBytesSent: 0,
  error: null,
  finishedAt: null,
};

/** The app on such a core. */
export function unlockedApp(saveDraft: (form: DraftForm) => Promise<void> = () => Promise.resolve()) {
  const log: string[] = [];
  const status: AppStatus = {
    phase: "ready",
    credential: "passphrase",
    minimumLength: 16,
    attemptsLeft: 10,
    attemptsTotal: 10,
    retryAfterSeconds: 0,
    organisation: "politie",
    tenant: "t",
    autoLockSeconds: 120,
    backendAddress: "https://baken.example",
  };
  let shellLocked: () => void = () => undefined;
  let openVault: () => void = () => undefined;
  let refuseSecret: () => void = () => undefined;
  let photoIn: () => void = () => undefined;
  const starting: { refused: unknown; listeners: number } = { refused: null, listeners: 0 };
  const opened = (phase: AppStatus["phase"]) =>
    new Promise<AppStatus>((resolve, reject) => {
      openVault = () => resolve({ ...status, phase: (status.phase = phase) });
      refuseSecret = () => reject(new Error("wrong"));
    });
  const bridge: Partial<Bridge> = {
    status: () =>
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
      starting.refused === null ? Promise.resolve({ ...status }) : Promise.reject(starting.refused),
    vocabulary: () => Promise.resolve({ version: 1 } as Vocabulary),
    syncStatus: () => Promise.resolve(idleSync),
    syncStart: () => Promise.resolve(),
    onSyncProgress: () => Promise.resolve(() => undefined),
    onBackButton: () => Promise.resolve(),
    onLocked: (listener) => {
      starting.listeners += 1;
      shellLocked = listener;
      return Promise.resolve(() => undefined);
    },
    unlock: () => opened("ready"),
    createVault: () => opened("unenrolled"),
    lock: () => {
      log.push("lock");
      status.phase = "locked";
      return Promise.resolve({ ...status });
    },
    touched: () => Promise.resolve(),
    discardDraft: (id) => {
      log.push(`discard ${id}`);
      return Promise.resolve();
    },
    startDraft: () => Promise.resolve(draft("1")),
    draft: (id) => Promise.resolve(draft(id)),
    addPhoto: (id) =>
      new Promise((resolve, reject) => {
        photoIn = () => {
          if (status.phase === "locked") {
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
            reject({ code: "locked" });
            return;
          }
          log.push(`photo ${id}`);
          resolve({ id: "p", sizeBytes: 1, width: 1, height: 1, condition: "whole", firstOfSeveral: false });
        };
      }),
    saveDraft: async (id, form) => {
      await saveDraft(form);
      log.push(`save ${id} ${form.kind === "observation" ? form.narrative : ""}`);
      return { savedAt: "2026-11-23T10:00:01Z", warnings: [] };
    },
  };
  const companion = new Companion(bridge as Bridge, history);
  const unlock = () => {
    status.phase = "ready";
    return companion.entered({ ...status });
  };
  return {
    companion,
    log,
    status,
    starting,
    unlock,
    lockFromShell: () => shellLocked(),
    openVault: () => openVault(),
    refuseSecret: () => refuseSecret(),
    photoIn: () => photoIn(),
  };
}

export async function lockedApp() {
  const app = unlockedApp();
  app.status.phase = "locked";
  await app.companion.begin();
  return app;
}

function draft(id: string): Draft {
  const form = { kind: "observation", narrative: "", place: {} } as unknown as DraftForm;
  return {
    id,
    form,
    photos: [],
    startedAt: "2026-11-23T10:00:00Z",
    savedAt: "2026-11-23T10:00:00Z",
    warnings: [],
  };
}
