/**
 * Sending to the backend, as the screens see it: progress, pause, and when to try by itself.
 * By itself: after unlocking, when the network comes back, at once after something acute was signed and three seconds
 * after anything else, again after a failure that time can cure, and a quarter of an hour after a run that went well: what
 * the office plans, and whom it revokes, comes to a device on which nobody signs anything. What a run may not have taken
 * along is sent as soon as that run ends, however it ends. A pause by the user lasts until the user resumes. After a lock
 * the core goes on without a screen. What is sent and how is the core's business.
 */
import type { Asker, SyncProgress } from "@baken/bindings";

import type { Bridge } from "../../shared/bridge";
import { CURED_BY_TIME } from "../failure/curedByTime";
import { advanced, NO_ROUND, type SendingRound } from "./sendingRound";

/** Long enough for the screen to settle, short enough that what was signed is gone before anyone puts the device away. */
const AFTER_SIGNING_MS = 3000;
const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 15 * 60_000;
/** From a run that went well to the next, where nothing else asks for one. */
const SCHEDULE_MS = 15 * 60_000;

/** How long to wait after so many failures in a row: one minute, doubling up to a quarter of an hour. */
export function retryDelay(failures: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}

const IDLE: SyncProgress = {
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

/** How a run can end. */
const ENDS: ReadonlySet<SyncProgress["phase"]> = new Set(["done", "photos-wait", "paused", "failed"]);

type SyncBridge = Pick<Bridge, "syncStart" | "syncPause" | "syncStatus" | "onSyncProgress">;

export class Synchronisation {
  readonly #bridge: SyncBridge;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #enabled = false;
  /** Asked for, and no run was heard of since. */
  #asked = false;
  /** Something was signed or asked for while a run was under way, which may not have taken it along. */
  #onceMore = false;

  progress = $state.raw<SyncProgress>(IDLE);
  round = $state.raw<SendingRound>(NO_ROUND);
  pausedByUser = $state(false);
  /** Goes up whenever records may have changed state; lists read themselves again. */
  revision = $state(0);

  constructor(bridge: SyncBridge) {
    this.#bridge = bridge;
  }

  get running(): boolean {
    return ["preparing", "sending", "photos", "fetching"].includes(this.progress.phase);
  }

  /** What `sending` needs to know of this. */
  get known(): Pick<Synchronisation, "running" | "pausedByUser" | "progress"> {
    const { running, pausedByUser, progress } = this;
    return { running, pausedByUser, progress };
  }

  async listen(): Promise<void> {
    await this.#bridge.onSyncProgress((progress) => this.receive(progress));
  }

  /** The store is open and this device is enrolled. */
  async enable(): Promise<void> {
    this.#enabled = true;
    const progress = await this.#bridge.syncStatus();
    // It was locked meanwhile.
    if (!this.#enabled) return;
    this.progress = progress;
    this.round = advanced(this.round, this.progress);
    // It may be a run from before the lock, about to end; of the end the window hears.
    this.#onceMore = this.running;
    this.startByItself();
  }

  /** The store was locked. */
  disable(): void {
    this.#enabled = false;
    this.#onceMore = false;
    this.#asked = false;
    this.#cancelTimer();
    this.progress = IDLE;
  }

  /** A person asks, or the app by itself: what the network costs is weighed for the app alone. */
  async start(asker: Asker = "person"): Promise<void> {
    this.#cancelTimer();
    this.pausedByUser = false;
    // A run that is about to end, for a pause that was asked for, is no start.
    if (this.running) this.#onceMore = true;
    this.#asked = true;
    try {
      await this.#bridge.syncStart(asker);
    } catch (failure) {
      this.#asked = false;
      throw failure;
    }
  }

  async pause(): Promise<void> {
    this.#cancelTimer();
    this.pausedByUser = true;
    await this.#bridge.syncPause();
  }

  startByItself(): void {
    if (!this.#enabled || this.pausedByUser || this.running) return;
    this.start("app").catch(() => this.#startAfter(retryDelay(++this.#failures)));
  }

  /** Something was signed just now. What is acute does not wait. A sync that runs takes it along, or another follows. */
  signed(acute: boolean): void {
    this.revision += 1;
    if (this.running || this.#asked) this.#onceMore = true;
    this.#startAfter(acute ? 0 : AFTER_SIGNING_MS);
  }

  receive(progress: SyncProgress): void {
    const sentMore = progress.recordsSent !== this.progress.recordsSent;
    const phaseChanged = progress.phase !== this.progress.phase;
    this.progress = progress;
    this.round = advanced(this.round, progress);
    if (sentMore || phaseChanged) this.revision += 1;
    this.#asked = false;
    if (!ENDS.has(progress.phase)) return;
    const failedAnew = progress.phase === "failed" && phaseChanged;
    if (progress.phase === "done" || progress.phase === "photos-wait") this.#failures = 0;
    if (failedAnew) this.#failures += 1;
    if (this.#onceMore) {
      this.#onceMore = false;
      this.#startAfter(0);
    } else if (failedAnew && progress.error !== null && CURED_BY_TIME[progress.error]) {
      this.#startAfter(retryDelay(this.#failures));
    } else if (progress.phase === "done" && this.#enabled && this.#timer === null) {
      this.#startAfter(SCHEDULE_MS);
    }
  }

  #startAfter(milliseconds: number): void {
    this.#cancelTimer();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.startByItself();
    }, milliseconds);
  }

  #cancelTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
