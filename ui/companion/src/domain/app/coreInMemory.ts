/** For the tests: a device core in memory that notes the order of what it was asked, and answers when it is told to. */
import type { AppStatus, Draft, DraftForm, Vocabulary } from "@baken/bindings";

import type { Bridge } from "../../shared/bridge";
import { readyStatus } from "../lock/readyStatus";
import { Companion } from "./companion.svelte";
import { quietCore, SAVED_AT, STARTED_AT } from "./quietCore";
import type { BrowserHistory } from "./screenHistory";

const history: BrowserHistory = {
  state: null,
  pushState: () => undefined,
  replaceState: () => undefined,
  go: () => undefined,
};

/** The app on such a core. */
export function unlockedApp(saveDraft: (form: DraftForm) => Promise<void> = () => Promise.resolve()) {
  const log: string[] = [];
  const status = { ...readyStatus };
  let shellLocked: () => void = () => undefined;
  let openVault: () => void = () => undefined;
  let refuseSecret: () => void = () => undefined;
  let photoIn: () => void = () => undefined;
  let back: () => void = () => undefined;
  const starting: { refused: unknown; listeners: number } = { refused: null, listeners: 0 };
  const opened = (phase: AppStatus["phase"]) =>
    new Promise<AppStatus>((resolve, reject) => {
      openVault = () => resolve({ ...status, phase: (status.phase = phase) });
      refuseSecret = () => reject(new Error("wrong"));
    });
  const bridge: Partial<Bridge> = {
    ...quietCore,
    status: () =>
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the shell rejects with a plain object
      starting.refused === null ? Promise.resolve({ ...status }) : Promise.reject(starting.refused),
    vocabulary: () => Promise.resolve({ version: 1 } as Vocabulary),
    onLocked: (listener) => {
      starting.listeners += 1;
      shellLocked = listener;
      return Promise.resolve(() => undefined);
    },
    onBackButton: (listener) => {
      back = listener;
      return Promise.resolve();
    },
    leave: () => {
      log.push("leave");
      return Promise.resolve();
    },
    unlock: () => opened("ready"),
    createVault: () => opened("unenrolled"),
    lock: () => {
      log.push("lock");
      status.phase = "locked";
      return Promise.resolve({ ...status });
    },
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
          resolve({
            id: "p",
            sizeBytes: 1,
            width: 1,
            height: 1,
            condition: "whole",
            firstOfSeveral: false,
            caption: "",
            takenAt: "2026-11-23T10:00:00Z",
          });
        };
      }),
    saveDraft: async (id, form) => {
      await saveDraft(form);
      log.push(`save ${id} ${form.kind === "observation" ? form.narrative : ""}`);
      return { savedAt: SAVED_AT, warnings: [], unanswered: [] };
    },
  };
  const companion = new Companion(bridge as Bridge, history);
  /** The neutral screen is touched, and the secret given. */
  const unlock = () => {
    companion.showAgain();
    const unlocked = companion.unlock("secret");
    openVault();
    return unlocked;
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
    pressBack: () => back(),
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
    amends: null,
    form,
    photos: [],
    spoken: [],
    startedAt: STARTED_AT,
    savedAt: STARTED_AT,
    warnings: [],
    unanswered: [],
  };
}
