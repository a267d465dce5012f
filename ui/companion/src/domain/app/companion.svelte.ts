/**
 * The app as a whole: which screen is shown, and what is done of what `lock` decides. Whatever happens goes into that
 * as an event, and what it answers is done here; this file decides nothing of hiding and locking by itself.
 * Unlocking always shows home: never the record that was open.
 */
import type {
  AppStatus,
  CommandError,
  RecordKind,
  FailureCode,
  Permission,
  RecordSummary,
  Vocabulary,
} from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { commandError, type Bridge, type PromptWords } from "../../shared/bridge";
import { DraftEditor } from "../draft/draftEditor.svelte";
import { LatePhotos, type LatePhoto } from "../draft/latePhotos.svelte";
import { isUnlocked, lockStateAt, step, type LockEffect, type LockEvent, type LockState } from "../lock/lock";
import { Synchronisation } from "../sync/synchronisation.svelte";
import { useTimeZone } from "../words/zone";
import { AfterSigning } from "./afterSigning.svelte";
import { ScreenHistory, type BrowserHistory, type Screen } from "./screenHistory";
import { TripleShift } from "./tripleShift";

/** The urgency that does not wait for anything. */
const ACUTE = "acuut";
/** How long a last save may hold up the lock, or the next screen; the screen is neutral or reads meanwhile. */
const LAST_SAVE_MS = 2000;
const SECOND_MS = 1000;

export class Companion {
  readonly bridge: Bridge;
  readonly sync: Synchronisation;
  readonly screens: ScreenHistory;
  readonly signing: AfterSigning;
  readonly latePhotos: LatePhotos;
  readonly #shift = new TripleShift();
  #lock: LockState;
  /** The drafts are being written, and then the core locks. */
  #leaving: Promise<void> = Promise.resolve();
  #locking: Promise<void> = Promise.resolve();
  #entering: Promise<void> = Promise.resolve();
  #discarding: Promise<unknown> = Promise.resolve();
  #seconds: ReturnType<typeof setInterval> | null = null;
  #listening = false;

  vocabulary = $state.raw<Vocabulary | null>(null);
  screen = $state.raw<Screen>({ name: "home" });
  /** Drafts that are open, or that were left, also by a lock, while their last answer was not on disk yet. */
  editors = $state.raw<readonly DraftEditor[]>([]);
  /** What lies over the screen and is closed by going back, before the screen is left. */
  overlay: (() => void) | null = null;
  /** A failure of the app itself, by code; the screens show their own. */
  failure = $state<FailureCode | null>(null);
  /** Goes up whenever the system wants memory back: what can be read again is let go of. */
  memoryLow = $state(0);
  /** The permission that was taken away last, while it was used. */
  withdrawn = $state.raw<{ readonly what: Permission } | null>(null);
  /** Why the core could not be opened. Stays until a next {@link begin} succeeds. */
  startFailure = $state.raw<CommandError | null>(null);

  constructor(bridge: Bridge, history: BrowserHistory, lock = lockStateAt(Date.now())) {
    this.bridge = bridge;
    this.#lock = $state.raw(lock);
    this.sync = new Synchronisation(bridge);
    this.signing = new AfterSigning({
      now: () => Date.now(),
      after: (milliseconds, run) => void setTimeout(run, milliseconds),
    });
    this.latePhotos = new LatePhotos({ now: () => Date.now(), unlocked: () => this.unlocked });
    this.screens = new ScreenHistory(history, (screen) => this.#show(screen));
  }

  /** What the core last said of itself; null until it says anything. */
  get status(): AppStatus | null {
    return this.#lock.core;
  }

  /** True while the neutral screen covers everything. */
  get away(): boolean {
    return this.#lock.covered;
  }

  get unlocked(): boolean {
    return isUnlocked(this.#lock);
  }

  /** Asks the core where it stands. What keeps it from opening can pass (another window, a full disk): try again. */
  async begin(): Promise<void> {
    try {
      await this.#listen();
      await this.#open(() => this.bridge.status());
      this.startFailure = null;
    } catch (reason) {
      this.startFailure = commandError(reason);
    }
  }

  unlock(secret: string): Promise<void> {
    return this.#open(() => this.bridge.unlock(secret));
  }

  /** Opens with a finger, and with the PIN where more than a finger is asked for. */
  unlockByPresence(pin: string | null): Promise<void> {
    return this.#asking((words) => this.#open(() => this.bridge.unlockByPresence(pin, words)));
  }

  /** Has a finger open from now on, with a PIN where one was chosen. */
  setUpPresence(secret: string, pin: string | null): Promise<void> {
    return this.#asking((words) => this.follow(() => this.bridge.setUpPresence(secret, pin, words)));
  }

  createVault(secret: string): Promise<void> {
    return this.#open(() => this.bridge.createVault(secret));
  }

  /** Gives a command after which the core stands elsewhere, and goes there; not when the app locked meanwhile. */
  async follow(command: () => Promise<AppStatus>): Promise<void> {
    await this.#hear("told", command);
  }

  /**
   * Runs a command of a screen. When the store turns out to be locked, that is shown instead of the error. An answer
   * that comes after the lock is refused as what it is, so that no screen goes on with it.
   */
  async attempt<T>(command: () => Promise<T>): Promise<T> {
    const { session } = this.#lock;
    const answer = await this.#followed(command);
    if (session !== this.#lock.session) throw new LateAnswer();
    return answer;
  }

  /** A new draft, on disk before its screen opens. `replace` leaves nothing to go back to. */
  async startDraft(kind: RecordKind, how: { from: string } | "replace"): Promise<void> {
    if (this.signing.settling) return;
    const { id } = await this.attempt(() => this.bridge.startDraft(kind));
    if (how === "replace") this.screens.replace({ name: "draft", id, kind });
    else this.screens.open({ name: "draft", id, kind }, how.from);
  }

  /** A new inspection with what is planned filled in, on disk before its screen opens. */
  async startPlanned(code: string, from: string): Promise<void> {
    if (this.signing.settling) return;
    const { id } = await this.attempt(() => this.bridge.startPlanned(code));
    this.screens.open({ name: "draft", id, kind: "inspection" }, from);
  }

  /** An amendment of a signed record, or the one that was begun. */
  async startAmendment(operation: string, from: string): Promise<void> {
    if (this.signing.settling) return;
    // What was typed in one that was left is on disk before it is read again.
    await this.settled();
    const { id, form } = await this.attempt(() => this.bridge.startAmendment(operation));
    this.screens.open({ name: "draft", id, kind: form.kind, amends: true }, from);
  }

  /**
   * Opens a draft for editing. What was open before is written first; a draft whose answers could not be
   * written stays as it is in memory and goes on trying, so that nothing typed is dropped.
   */
  async edit(id: string): Promise<DraftEditor> {
    await this.attempt(() => this.settled());
    this.editors = this.editors.filter((editor) => !editor.onDisk);
    const unwritten = this.editors.find((editor) => editor.id === id);
    if (unwritten) return unwritten;
    const editor = new DraftEditor(this.bridge, await this.attempt(() => this.bridge.draft(id)));
    // Nothing may be in it yet but the photo that is still to be decided on.
    if (this.latePhotos.of(id)) editor.photoBegun();
    this.editors = [...this.editors, editor];
    return editor;
  }

  async discardDraft(id: string): Promise<void> {
    await Promise.all(this.editors.filter((editor) => editor.id === id).map((editor) => editor.close()));
    this.editors = this.editors.filter((editor) => editor.id !== id);
    await this.#followed(() => this.bridge.discardDraft(id));
    this.latePhotos.clear(id);
  }

  /**
   * Takes in a photo. One that comes back to a locked app, or does not make it before the lock, is kept for whoever
   * unlocks; so is one of which there is no other copy, whatever keeps it from being stored. `read` gives it as base64.
   */
  async addPhoto(
    editor: DraftEditor,
    read: () => Promise<string>,
    copy: "of-a-file" | "the-only-one" = "of-a-file",
  ): Promise<void> {
    if (this.#lock.vault.name === "open" && this.editors.includes(editor)) {
      try {
        // Also where its answer comes late: what is taken in is not kept for another time.
        await this.#followed(() => editor.addPhoto(read()));
        return;
      } catch (reason) {
        if (commandError(reason).code !== "locked") {
          if (copy === "the-only-one") this.#keepLate(editor, read);
          throw reason;
        }
      }
    }
    this.#keepLate(editor, read);
  }

  #keepLate(editor: DraftEditor, read: () => Promise<string>): void {
    this.latePhotos.keep(editor.id, read);
    // The draft may be open again by now, and nothing else be in it.
    for (const open of this.editors) if (open.id === editor.id) open.photoBegun();
  }

  /** The person who unlocked wants the photo in the draft after all. */
  async addLatePhoto(editor: DraftEditor, photo: LatePhoto): Promise<void> {
    const { read } = photo;
    if (read === null) return;
    await this.#followed(() => editor.addPhoto(read()));
    this.latePhotos.settled(photo);
  }

  /** It is not wanted, or it is gone and that was seen. */
  forgetLatePhoto(editor: DraftEditor, photo: LatePhoto): void {
    this.latePhotos.settled(photo);
    editor.photoCancelled();
  }

  /** A draft was signed: it goes out by itself, and a second tap does nothing. */
  signed(record: RecordSummary): void {
    this.signing.signed();
    this.sync.signed(record.urgency === ACUTE);
  }

  /** Resolves once every open draft was written, could not be, or took too long. */
  async settled(): Promise<void> {
    await this.#discarding;
    await inTime(this.editors.map((editor) => editor.flush()));
  }

  /** Scherm weg: neutral at once, then everything to disk, then locked. */
  hide(): Promise<void> {
    this.#step({ type: "hide" });
    return this.#leaving;
  }

  lock(): Promise<void> {
    this.#step({ type: "lock" });
    return this.#leaving;
  }

  /** The neutral screen was touched. It stays until the lock is certain. */
  showAgain(): void {
    this.#step({ type: "cover-touched" });
  }

  touched(): void {
    this.#step({ type: "touched", at: Date.now() });
  }

  keyPressed(event: KeyboardEvent): void {
    this.touched();
    if (this.#shift.pressed(event.key, event.repeat, event.timeStamp)) void this.hide();
  }

  visibilityChanged(hidden: boolean): void {
    this.#step({ type: hidden ? "out-of-sight" : "back-in-sight", at: Date.now() });
  }

  /** A file chooser, or the system's own question, is about to cover the app. */
  expectAbsence(): void {
    // Where it cannot be told the core locks by itself, and nothing is lost.
    void this.bridge.expectAbsence().catch(() => undefined);
    this.#step({ type: "absence-expected", at: Date.now() });
  }

  /** What was waited for gave an answer, or was left. */
  absenceEnded(): void {
    this.#step({ type: "absence-ended", at: Date.now() });
  }

  leaving(): void {
    void this.settled();
  }

  /** Leaving a draft that was only looked at throws it away: there is nothing in it. */
  #show(screen: Screen): void {
    const left = this.screen;
    this.screen = screen;
    if (left.name !== "draft" || !this.unlocked || (screen.name === "draft" && screen.id === left.id)) return;
    const editor = this.editors.find(({ id }) => id === left.id);
    if (editor?.untouched) this.#discarding = this.discardDraft(left.id).catch(() => undefined);
  }

  /** Once, however often the app has to begin: a second listener would go back two screens at a time. */
  async #listen(): Promise<void> {
    if (this.#listening) return;
    await this.bridge.onLocked(() => this.#step({ type: "core-locked" }));
    await this.sync.listen();
    await this.bridge.onMemoryLow(() => (this.memoryLow += 1));
    await this.bridge.onWithdrawn((what) => (this.withdrawn = { what }));
    await this.bridge.onBackButton(() => this.#backPressed());
    this.#listening = true;
  }

  #step(event: LockEvent): void {
    const [state, effects] = step(this.#lock, event);
    this.#lock = state;
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: LockEffect): void {
    switch (effect.type) {
      case "take-over":
        this.#takeOver(effect.status);
        return;
      case "begin-seconds":
        this.#seconds ??= setInterval(() => this.#step({ type: "second-passed", at: Date.now() }), SECOND_MS);
        return;
      case "enter":
        this.screens.home();
        this.#entering = this.sync
          .enable()
          .catch((reason: unknown) => void (this.failure = commandError(reason).code));
        return;
      case "save-drafts":
        void this.settled();
        return;
      case "write-drafts":
        this.#leaving = this.#leave(effect.session);
        return;
      case "lock-core":
        this.#locking = this.#lockCore(effect.session);
        return;
      case "end-session":
        this.#endSession();
        return;
      case "put-away":
        void this.bridge.putAway().catch(() => undefined);
        return;
      case "ask-status":
        void this.follow(() => this.bridge.status()).catch(() => undefined);
        return;
      case "tell-core":
        void this.bridge.touched().catch(() => undefined);
        return;
    }
  }

  /** Opens by a command that takes a while. */
  async #open(command: () => Promise<AppStatus>): Promise<void> {
    const { session } = this.#lock;
    this.#step({ type: "opening" });
    try {
      await this.#hear("opened", command);
    } catch (reason) {
      this.#step({ type: "opening-refused", session });
      throw reason;
    }
  }

  async #hear(type: "opened" | "told", command: () => Promise<AppStatus>): Promise<void> {
    const { session } = this.#lock;
    const status = await command();
    if (status.phase === "ready") this.vocabulary ??= await this.bridge.vocabulary();
    this.#step({ type, status, session, at: Date.now() });
    await this.#entering;
  }

  async #followed<T>(command: () => Promise<T>): Promise<T> {
    const { session } = this.#lock;
    try {
      return await command();
    } catch (reason) {
      if (commandError(reason).code === "locked" && session === this.#lock.session)
        this.#step({ type: "core-locked" });
      throw reason;
    }
  }

  #takeOver(status: AppStatus): void {
    useTimeZone(status.timeZone);
    this.latePhotos.letGo();
    if (status.phase !== "new" && status.phase !== "destroyed") return;
    // Nobody can open any more what they belong to.
    this.latePhotos.clear();
    for (const editor of this.editors) void editor.close();
    this.editors = [];
  }

  async #leave(session: number): Promise<void> {
    await inTime(
      this.editors.map((editor) =>
        editor.untouched ? this.discardDraft(editor.id).catch(() => undefined) : editor.written(),
      ),
    );
    this.#step({ type: "drafts-written", session });
    await this.#locking;
  }

  async #lockCore(session: number): Promise<void> {
    try {
      this.#step({ type: "lock-answered", status: await this.bridge.lock(), session });
    } catch (reason) {
      this.failure = commandError(reason).code;
      this.#step({ type: "lock-refused", session });
    }
  }

  /** What could not be written stays in memory, seen by nobody, and goes on trying: it is written once unlocked. */
  #endSession(): void {
    if (this.#seconds !== null) clearInterval(this.#seconds);
    this.#seconds = null;
    this.overlay = null;
    this.sync.disable();
    this.editors = this.editors.filter((editor) => !editor.onDisk);
    this.screens.home();
  }

  #backPressed(): void {
    if (this.overlay) this.overlay();
    else if (this.unlocked && this.screens.depth > 0) this.screens.back();
    // At home nothing is left to go back to: the neutral screen at once, and then out of the way.
    // It is a way to another app, so a finger may be enough to come back.
    else {
      void this.lock();
      void this.bridge.leave().catch(() => undefined);
    }
  }

  /** While the device's own question for a finger covers the app. The core asks it, and knows of it. */
  async #asking<T>(command: (words: PromptWords) => Promise<T>): Promise<T> {
    this.#step({ type: "absence-expected", at: Date.now() });
    try {
      return await command({ title: m.presence_prompt(), cancel: m.cancel() });
    } finally {
      this.absenceEnded();
    }
  }
}

/** The core answered, or a screen went on, after the lock that ended what it was for. */
class LateAnswer extends Error {
  readonly code = "locked" satisfies FailureCode;
}

/** Resolves once all have ended, or took longer than a person is made to wait. */
async function inTime(all: readonly Promise<unknown>[]): Promise<void> {
  if (all.length === 0) return;
  await Promise.race([Promise.all(all), new Promise((resolve) => setTimeout(resolve, LAST_SAVE_MS))]);
}
