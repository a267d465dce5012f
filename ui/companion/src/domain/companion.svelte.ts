/**
 * The app as a whole: which phase it is in, which screen is shown, and when it hides and locks.
 * Leaving by any way (Scherm weg, out of sight, idle, the shell itself) ends at the neutral unlock screen, and
 * unlocking always shows home: never the record that was open.
 */
import type { AppStatus, DraftKind, Vocabulary } from "@baken/bindings";

import { commandError, type Bridge } from "../shared/bridge";
import { AfterSigning } from "./afterSigning.svelte";
import { DraftEditor } from "./draftEditor.svelte";
import { IdleLock } from "./idleLock";
import { ScreenHistory, type BrowserHistory, type Screen } from "./screenHistory";
import { Synchronisation } from "./synchronisation.svelte";
import { TripleShift } from "./tripleShift";

/** How long a last save may hold up the lock; the screen is neutral meanwhile. */
const LAST_SAVE_MS = 2000;

export class Companion {
  readonly bridge: Bridge;
  readonly sync: Synchronisation;
  readonly idle: IdleLock;
  readonly screens: ScreenHistory;
  readonly signing: AfterSigning;
  readonly #shift = new TripleShift();
  #locking: Promise<void> | null = null;
  #discarding: Promise<unknown> = Promise.resolve();

  status = $state.raw<AppStatus | null>(null);
  vocabulary = $state.raw<Vocabulary | null>(null);
  screen = $state.raw<Screen>({ name: "home" });
  /** True while the neutral screen covers everything. */
  away = $state(false);
  /** Drafts that are open, or that were left while their last answer was not on disk yet. */
  editors = $state.raw<readonly DraftEditor[]>([]);
  /** A failure of the app itself, by code; the screens show their own. */
  failure = $state<string | null>(null);

  constructor(bridge: Bridge, history: BrowserHistory) {
    this.bridge = bridge;
    this.sync = new Synchronisation(bridge);
    this.idle = new IdleLock({
      now: () => Date.now(),
      idleMs: () => (this.status?.autoLockSeconds ?? 0) * 1000,
      lock: () => void this.lock(),
    });
    this.signing = new AfterSigning({
      now: () => Date.now(),
      after: (milliseconds, run) => void setTimeout(run, milliseconds),
    });
    this.screens = new ScreenHistory(history, (screen) => this.#show(screen));
  }

  get unlocked(): boolean {
    return this.status?.phase === "ready" || this.status?.phase === "unenrolled";
  }

  async begin(): Promise<void> {
    await this.bridge.onLocked(() => void this.#shellLocked());
    await this.sync.listen();
    await this.bridge.onBackButton(() => this.#backPressed());
    await this.entered(await this.bridge.status());
  }

  /** Takes over a new status, and opens or closes what belongs to it. */
  async entered(status: AppStatus): Promise<void> {
    const before = this.status?.phase;
    if (status.phase === "ready") this.vocabulary ??= await this.bridge.vocabulary();
    this.status = status;
    if (this.unlocked) this.idle.start();
    else this.#closed();
    if (status.phase === "ready" && before !== "ready") {
      this.away = false;
      this.screens.home();
      await this.sync.enable();
    }
  }

  /** Runs a command of a screen; when the store turns out to be locked, shows that instead of the error. */
  async attempt<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (reason) {
      if (commandError(reason).code === "locked") await this.#shellLocked();
      throw reason;
    }
  }

  /** A new draft, on disk before its screen opens. `replace` leaves nothing to go back to. */
  async startDraft(kind: DraftKind, how: "open" | "replace" = "open"): Promise<void> {
    if (this.signing.settling) return;
    const draft = await this.attempt(() => this.bridge.startDraft(kind));
    this.screens[how]({ name: "draft", id: draft.id });
  }

  /**
   * Opens a draft for editing. What was open before is written first; a draft whose answers could not be
   * written stays as it is in memory and goes on trying, so that nothing typed is dropped.
   */
  async edit(id: string): Promise<DraftEditor> {
    await this.settled();
    this.editors = this.editors.filter((editor) => !editor.onDisk);
    const unwritten = this.editors.find((editor) => editor.id === id);
    if (unwritten) return unwritten;
    const editor = new DraftEditor(this.bridge, await this.attempt(() => this.bridge.draft(id)));
    this.editors = [...this.editors, editor];
    return editor;
  }

  async discardDraft(id: string): Promise<void> {
    await Promise.all(this.editors.filter((editor) => editor.id === id).map((editor) => editor.close()));
    this.editors = this.editors.filter((editor) => editor.id !== id);
    await this.attempt(() => this.bridge.discardDraft(id));
  }

  /** A draft was signed: it goes out by itself, and a second tap does nothing. */
  signed(): void {
    this.signing.signed();
    this.sync.signed();
  }

  /** Resolves once every open draft was written, or could not be. */
  async settled(): Promise<void> {
    await this.#discarding;
    await Promise.all(this.editors.map((editor) => editor.flush()));
  }

  /** Scherm weg: neutral at once, then everything to disk, then locked. */
  async hide(): Promise<void> {
    if (!this.unlocked) return;
    this.away = true;
    await this.lock();
  }

  lock(): Promise<void> {
    if (!this.unlocked) return Promise.resolve();
    this.#locking ??= this.#lockNow().finally(() => (this.#locking = null));
    return this.#locking;
  }

  /** The neutral screen was touched. */
  showAgain(): void {
    if (this.unlocked) void this.lock();
    else this.away = false;
  }

  keyPressed(event: KeyboardEvent): void {
    this.idle.touched();
    if (this.#shift.pressed(event.key, event.repeat, event.timeStamp)) void this.hide();
  }

  visibilityChanged(hidden: boolean): void {
    if (hidden) {
      this.leaving();
      this.idle.hidden();
    } else {
      this.idle.shown();
    }
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

  async #lockNow(): Promise<void> {
    // The neutral screen stands in front until the core has said that it locked.
    this.away = true;
    const tooLong = new Promise((resolve) => setTimeout(resolve, LAST_SAVE_MS));
    const last = this.editors.map((editor) =>
      editor.untouched ? this.discardDraft(editor.id).catch(() => undefined) : editor.close(),
    );
    await Promise.race([Promise.all(last), tooLong]);
    try {
      await this.entered(await this.bridge.lock());
    } catch (reason) {
      this.failure = commandError(reason).code;
    }
  }

  async #shellLocked(): Promise<void> {
    if (this.#locking === null) await this.entered(await this.bridge.status());
  }

  #closed(): void {
    this.idle.stop();
    this.sync.disable();
    this.editors = [];
    this.screens.home();
  }

  #backPressed(): void {
    if (this.unlocked && this.screens.depth > 0) this.screens.back();
    else void this.hide();
  }
}
