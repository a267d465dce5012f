/**
 * The app as a whole: which phase it is in, which screen is shown, and when it hides and locks.
 * Leaving by any way (Scherm weg, out of sight, idle, the shell itself) ends at the neutral unlock screen, and
 * unlocking always shows home: never the record that was open.
 */
import type {
  AppStatus,
  CommandError,
  DraftKind,
  FailureCode,
  RecordSummary,
  Vocabulary,
} from "@baken/bindings";

import { commandError, type Bridge } from "../../shared/bridge";
import { DraftEditor } from "../draft/draftEditor.svelte";
import { LatePhotos, type LatePhoto } from "../draft/latePhotos.svelte";
import { Synchronisation } from "../sync/synchronisation.svelte";
import { useTimeZone } from "../words/zone";
import { AfterSigning } from "./afterSigning.svelte";
import { IdleLock } from "./idleLock";
import { ScreenHistory, type BrowserHistory, type Screen } from "./screenHistory";
import { TripleShift } from "./tripleShift";

/** The urgency that does not wait for anything. */
const ACUTE = "acuut";
/** How long a last save may hold up the lock; the screen is neutral meanwhile. */
const LAST_SAVE_MS = 2000;

export class Companion {
  readonly bridge: Bridge;
  readonly sync: Synchronisation;
  readonly idle: IdleLock;
  readonly screens: ScreenHistory;
  readonly signing: AfterSigning;
  readonly latePhotos: LatePhotos;
  readonly #shift = new TripleShift();
  #locking: Promise<void> | null = null;
  /** Whether the vault is being opened: there is nothing to lock yet, but soon there is. */
  #opening = false;
  /** Whether that has to end locked, because someone asked to hide or the app went out of sight meanwhile. */
  #lockOnceOpen = false;
  #discarding: Promise<unknown> = Promise.resolve();
  #listening = false;

  status = $state.raw<AppStatus | null>(null);
  vocabulary = $state.raw<Vocabulary | null>(null);
  screen = $state.raw<Screen>({ name: "home" });
  /** True while the neutral screen covers everything. */
  away = $state(false);
  /** Drafts that are open, or that were left while their last answer was not on disk yet. */
  editors = $state.raw<readonly DraftEditor[]>([]);
  /** What lies over the screen and is closed by going back, before the screen is left. */
  overlay: (() => void) | null = null;
  /** A failure of the app itself, by code; the screens show their own. */
  failure = $state<FailureCode | null>(null);
  /** Why the core could not be opened. Stays until a next {@link begin} succeeds. */
  startFailure = $state.raw<CommandError | null>(null);

  constructor(bridge: Bridge, history: BrowserHistory) {
    this.bridge = bridge;
    this.sync = new Synchronisation(bridge);
    this.idle = new IdleLock({
      now: () => Date.now(),
      idleMs: () => (this.status?.autoLockSeconds ?? 0) * 1000,
      lock: () => void this.lock(),
      tellCore: () => void this.bridge.touched().catch(() => undefined),
    });
    this.signing = new AfterSigning({
      now: () => Date.now(),
      after: (milliseconds, run) => void setTimeout(run, milliseconds),
    });
    this.latePhotos = new LatePhotos({ now: () => Date.now(), unlocked: () => this.unlocked });
    this.screens = new ScreenHistory(history, (screen) => this.#show(screen));
  }

  get unlocked(): boolean {
    return this.status?.phase === "ready" || this.status?.phase === "unenrolled";
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

  createVault(secret: string): Promise<void> {
    return this.#open(() => this.bridge.createVault(secret));
  }

  /** Takes over a new status, and opens or closes what belongs to it. */
  async entered(status: AppStatus): Promise<void> {
    const before = this.status?.phase;
    if (status.phase === "ready") this.vocabulary ??= await this.bridge.vocabulary();
    useTimeZone(status.timeZone);
    this.status = status;
    this.latePhotos.letGo();
    if (this.unlocked) this.idle.start();
    else this.#closed();
    if (status.phase === "new" || status.phase === "destroyed") this.latePhotos.clear();
    if (this.unlocked && (this.#lockOnceOpen || this.#locking !== null || !this.idle.inSight)) {
      // This sets the neutral screen together with the status, so that nothing of what was opened is painted.
      this.#lockOnceOpen = false;
      void this.lock();
      return;
    }
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
  async startDraft(kind: DraftKind, how: { from: string } | "replace"): Promise<void> {
    if (this.signing.settling) return;
    const { id } = await this.attempt(() => this.bridge.startDraft(kind));
    if (how === "replace") this.screens.replace({ name: "draft", id, kind });
    else this.screens.open({ name: "draft", id, kind }, how.from);
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
    // Nothing may be in it yet but the photo that is still to be decided on.
    if (this.latePhotos.of(id)) editor.photoBegun();
    this.editors = [...this.editors, editor];
    return editor;
  }

  async discardDraft(id: string): Promise<void> {
    await Promise.all(this.editors.filter((editor) => editor.id === id).map((editor) => editor.close()));
    this.editors = this.editors.filter((editor) => editor.id !== id);
    await this.attempt(() => this.bridge.discardDraft(id));
    this.latePhotos.clear(id);
  }

  /**
   * Takes in a photo that was chosen. One that comes back to a locked app, or does not make it before the lock, is
   * kept for whoever unlocks. `read` gives it as base64.
   */
  async addPhoto(editor: DraftEditor, read: () => Promise<string>): Promise<void> {
    if (this.#locking === null && this.editors.includes(editor)) {
      try {
        await this.attempt(() => editor.addPhoto(read()));
        return;
      } catch (reason) {
        if (commandError(reason).code !== "locked") throw reason;
      }
    }
    this.latePhotos.keep(editor.id, read);
    // The draft may be open again by now, and nothing else be in it.
    for (const open of this.editors) if (open.id === editor.id) open.photoBegun();
  }

  /** The person who unlocked wants the photo in the draft after all. */
  async addLatePhoto(editor: DraftEditor, photo: LatePhoto): Promise<void> {
    const { read } = photo;
    if (read === null) return;
    await this.attempt(() => editor.addPhoto(read()));
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

  /** Resolves once every open draft was written, or could not be. */
  async settled(): Promise<void> {
    await this.#discarding;
    await Promise.all(this.editors.map((editor) => editor.flush()));
  }

  /** Scherm weg: neutral at once, then everything to disk, then locked. */
  async hide(): Promise<void> {
    if (!this.unlocked && !this.#opening) return;
    this.away = true;
    if (this.unlocked) await this.lock();
    else this.#lockOnceOpen = true;
  }

  lock(): Promise<void> {
    if (!this.unlocked) return Promise.resolve();
    this.#locking ??= this.#lockNow().finally(() => (this.#locking = null));
    return this.#locking;
  }

  /** The neutral screen was touched. It stays until the lock is certain. */
  showAgain(): void {
    if (this.#opening) return;
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
      // Deriving the key takes a second, in which there is nothing yet that could lock.
      if (this.#opening) void this.hide();
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

  /** Once, however often the app has to begin: a second listener would go back two screens at a time. */
  async #listen(): Promise<void> {
    if (this.#listening) return;
    await this.bridge.onLocked(() => void this.#shellLocked());
    await this.sync.listen();
    await this.bridge.onBackButton(() => this.#backPressed());
    this.#listening = true;
  }

  /** Opens by a command that takes a while; what is asked meanwhile is honoured by {@link entered}. */
  async #open(command: () => Promise<AppStatus>): Promise<void> {
    this.#opening = true;
    this.#lockOnceOpen = false;
    try {
      await this.entered(await command());
    } finally {
      this.#opening = false;
    }
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
    if (this.overlay) this.overlay();
    else if (this.unlocked && this.screens.depth > 0) this.screens.back();
    else void this.hide();
  }
}
