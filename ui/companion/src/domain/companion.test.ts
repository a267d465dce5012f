import type { AppStatus, Draft, DraftForm, SyncProgress, Vocabulary } from "@baken/bindings";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Bridge } from "../shared/bridge";
import { AFTER_SIGNING_MS } from "./afterSigning.svelte";
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
  error: null,
  finishedAt: null,
};

/** A device core in memory that notes the order of what it was asked. */
function unlockedApp(saveDraft: (form: DraftForm) => Promise<void> = () => Promise.resolve()) {
  const log: string[] = [];
  const status: AppStatus = {
    phase: "ready",
    credential: "passphrase",
    minimumLength: 16,
    attemptsLeft: 10,
    retryAfterSeconds: 0,
    organisation: "politie",
    tenant: "t",
    autoLockSeconds: 120,
    backendAddress: "https://baken.example",
  };
  let shellLocked: () => void = () => undefined;
  const bridge: Partial<Bridge> = {
    status: () => Promise.resolve({ ...status }),
    vocabulary: () => Promise.resolve({ version: 1 } as Vocabulary),
    syncStatus: () => Promise.resolve(idleSync),
    syncStart: () => Promise.resolve(),
    onSyncProgress: () => Promise.resolve(() => undefined),
    onBackButton: () => Promise.resolve(),
    onLocked: (listener) => {
      shellLocked = listener;
      return Promise.resolve(() => undefined);
    },
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
  return { companion, log, status, unlock, lockFromShell: () => shellLocked() };
}

function draft(id: string): Draft {
  const form = { kind: "observation", narrative: "", place: {} } as unknown as DraftForm;
  return { id, form, photos: [], startedAt: "2026-11-23T10:00:00Z", savedAt: "2026-11-23T10:00:00Z" };
}

async function typeInto(companion: Companion, id: string, text: string) {
  const editor = await companion.edit(id);
  if (editor.form.kind === "observation") editor.form.narrative = text;
  editor.typed();
  return editor;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("Companion", () => {
  it("paints the neutral screen before anything else, writes what was typed, and only then locks", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    await typeInto(companion, "1", "laatste letters");
    const hidden = companion.hide();
    expect(companion.away).toBe(true);
    expect(log).toEqual([]);
    await hidden;
    expect(log).toEqual(["save 1 laatste letters", "lock"]);
    expect(companion.status?.phase).toBe("locked");
  });

  it("locks also when the last answer cannot be written in time", async () => {
    const { companion, log } = unlockedApp(() => new Promise(() => undefined));
    await companion.begin();
    await typeInto(companion, "1", "x");
    const hidden = companion.hide();
    await vi.advanceTimersByTimeAsync(2000);
    await hidden;
    expect(log).toEqual(["lock"]);
  });

  it("locks once when several reasons come together", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    await Promise.all([companion.hide(), companion.lock()]);
    companion.visibilityChanged(true);
    expect(log).toEqual(["lock"]);
  });

  it("shows home after unlocking, never the record that was open", async () => {
    const { companion, unlock } = unlockedApp();
    await companion.begin();
    companion.screens.open({ name: "record", operation: "1" });
    await companion.hide();
    await unlock();
    expect(companion.screen).toEqual({ name: "home" });
    expect(companion.away).toBe(false);
  });

  it("follows the shell when it locks by itself", async () => {
    const { companion, status, lockFromShell } = unlockedApp();
    await companion.begin();
    status.phase = "locked";
    lockFromShell();
    await vi.advanceTimersByTimeAsync(0);
    expect(companion.status?.phase).toBe("locked");
  });

  it("keeps a draft in memory that could not be written, and gives it back when it is opened again", async () => {
    let full = true;
    const { companion, log } = unlockedApp(() =>
      full ? Promise.reject(new Error("full")) : Promise.resolve(),
    );
    await companion.begin();
    const editor = await typeInto(companion, "1", "niet kwijt");
    await companion.edit("2");
    expect(await companion.edit("1")).toBe(editor);
    full = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(log).toContain("save 1 niet kwijt");
    expect(editor.onDisk).toBe(true);
  });

  it("throws away a draft that was only looked at, when it is left or the app locks", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    companion.screens.open({ name: "draft", id: "1" });
    await companion.edit("1");
    companion.screens.home();
    await companion.settled();
    expect(log).toEqual(["discard 1"]);
    companion.screens.open({ name: "draft", id: "2" });
    await companion.edit("2");
    await companion.hide();
    expect(log).toEqual(["discard 1", "discard 2", "lock"]);
  });

  it("keeps a draft in which anything was answered", async () => {
    const { companion, log } = unlockedApp();
    await companion.begin();
    companion.screens.open({ name: "draft", id: "1" });
    await typeInto(companion, "1", "x");
    companion.screens.home();
    await companion.settled();
    expect(log).toEqual(["save 1 x"]);
  });

  it("starts nothing on the second tap of the one that signed", async () => {
    const { companion } = unlockedApp();
    await companion.begin();
    companion.signed();
    await companion.startDraft("observation");
    expect(companion.screen).toEqual({ name: "home" });
    await vi.advanceTimersByTimeAsync(AFTER_SIGNING_MS);
    await companion.startDraft("observation");
    expect(companion.screen).toEqual({ name: "draft", id: "1" });
  });

  it("opens a draft afresh once it was written", async () => {
    const { companion } = unlockedApp();
    await companion.begin();
    const editor = await typeInto(companion, "1", "x");
    expect(await companion.edit("1")).not.toBe(editor);
  });
});
