/**
 * Which screen is shown, kept in step with the browser's history so that Android's back button, the
 * browser's back and the app's own back are one and the same. Ids live in the history's state, never in the address.
 * Deliberately absent: a router; nothing here is ever linked to from outside.
 */
import type { DraftKind } from "@baken/bindings";

/** A draft and a record name their kind, so that the screen has its title before they are read. */
export type Screen =
  | { name: "home" }
  | { name: "draft"; id: string; kind: DraftKind }
  | { name: "records" }
  | { name: "record"; operation: string; kind: DraftKind; justFinalised?: boolean }
  | { name: "sync" }
  | { name: "settings" };

export type Entry = { depth: number; screen: Screen };

/** The part of `window.history` this uses. */
export type BrowserHistory = {
  readonly state: unknown;
  pushState(state: Entry, unused: string): void;
  replaceState(state: Entry, unused: string): void;
  go(steps: number): void;
};

const HOME: Entry = { depth: 0, screen: { name: "home" } };

export class ScreenHistory {
  readonly #history: BrowserHistory;
  readonly #onChange: (screen: Screen) => void;
  #entry: Entry = HOME;
  #goingHome = false;

  constructor(history: BrowserHistory, onChange: (screen: Screen) => void) {
    this.#history = history;
    this.#onChange = onChange;
    history.replaceState(HOME, "");
  }

  get depth(): number {
    return this.#entry.depth;
  }

  /** One screen deeper. */
  open(screen: Screen): void {
    this.#entry = { depth: this.#entry.depth + 1, screen };
    this.#history.pushState(this.#entry, "");
    this.#onChange(screen);
  }

  /** Another screen in place of this one: back does not return to it. */
  replace(screen: Screen): void {
    this.#entry = { depth: this.#entry.depth, screen };
    this.#history.replaceState(this.#entry, "");
    this.#onChange(screen);
  }

  back(): void {
    if (this.#entry.depth > 0) this.#history.go(-1);
  }

  /** Home at once, with nothing left to go back to. */
  home(): void {
    const { depth } = this.#entry;
    this.#entry = HOME;
    this.#onChange(HOME.screen);
    if (depth === 0) return;
    this.#goingHome = true;
    this.#history.go(-depth);
  }

  /** The browser moved: take over the screen it moved to. */
  popped(state: unknown): void {
    if (this.#goingHome) {
      this.#goingHome = false;
      this.#history.replaceState(HOME, "");
      return;
    }
    this.#entry = isEntry(state) ? state : HOME;
    this.#onChange(this.#entry.screen);
  }
}

function isEntry(state: unknown): state is Entry {
  return typeof state === "object" && state !== null && "depth" in state && "screen" in state;
}
