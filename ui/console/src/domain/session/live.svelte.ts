/**
 * What came in while one works: how much of it nobody looked at yet in this tab, and a sound for what is acute, if one
 * wants it. Off unless it was switched on in this browser.
 */
import type { DeskCounts } from "@baken/bindings";

import { browserChime, type Chime } from "../../shared/chime";
import { listenToDesk, type DeskKind, type DeskNews } from "../../shared/deskEvents";
import type { Told } from "../../shared/repeat";

const SOUND = "baken-acute-sound";

export class Live {
  #desk = $state.raw<DeskCounts | null>(null);
  #seen = $state(0);
  #steady = false;
  #sounds = $state(localStorage.getItem(SOUND) === "on");
  #stop: (() => void) | null = null;
  #told: readonly { kinds: readonly DeskKind[]; changed: () => void }[] = [];

  constructor(
    /** The session may be over. */
    readonly over: () => void,
    readonly listen: typeof listenToDesk = listenToDesk,
    readonly chime: Chime = browserChime(),
  ) {}

  /** How many observations came in that were not looked at here. */
  get unseen(): number {
    return Math.max(0, (this.#desk?.observations ?? 0) - this.#seen);
  }

  /** Whether something acute is heard. */
  get sounds(): boolean {
    return this.#sounds;
  }

  /** Switches the sound on, and lets it be heard once, or off. */
  switchSound(): void {
    this.#sounds = !this.#sounds;
    localStorage.setItem(SOUND, this.#sounds ? "on" : "off");
    if (!this.#sounds) return;
    this.chime.ready();
    this.chime.play();
  }

  /** Somebody touched the page: a browser makes no sound before that. */
  touched(): void {
    if (this.#sounds) this.chime.ready();
  }

  /** Listens for `account`. */
  begin(account: string): void {
    this.end();
    this.#stop = this.listen(account, {
      news: (news) => {
        this.#hear(news);
      },
      over: this.over,
      steady: (isSteady) => {
        this.#steady = isSteady;
      },
    });
  }

  end(): void {
    this.#stop?.();
    [this.#stop, this.#desk, this.#steady] = [null, null, false];
  }

  /** All that came in was looked at. */
  lookedAt(): void {
    this.#seen = this.#desk?.observations ?? this.#seen;
  }

  /** Says when something of these kinds changed. */
  of(...kinds: DeskKind[]): Told {
    return {
      isSteady: () => this.#steady,
      listen: (changed) => {
        const told = { kinds, changed };
        this.#told = [...this.#told, told];
        return () => {
          this.#told = this.#told.filter((other) => other !== told);
        };
      },
    };
  }

  #hear({ changed: kinds, ...desk }: DeskNews): void {
    const before = this.#desk;
    this.#desk = desk;
    // What was there when one came is not what came in.
    if (before === null) this.#seen = desk.observations;
    const isNewAcute = before !== null && kinds.includes("records") && desk.acute > before.acute;
    if (isNewAcute && this.#sounds) this.chime.play();
    // After a line that broke, nothing says what changed meanwhile.
    const all = before !== null && kinds.length === 0 && !same(before, desk);
    for (const told of this.#told) {
      if (all || told.kinds.some((kind) => kinds.includes(kind))) told.changed();
    }
  }
}

const same = (one: DeskCounts, other: DeskCounts): boolean =>
  one.observations === other.observations &&
  one.open === other.open &&
  one.acute === other.acute &&
  one.mine === other.mine;
