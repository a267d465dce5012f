/**
 * Which screen is shown, kept in step with the browser's history so that Android's back button, the
 * browser's back and the app's own back are one and the same. Ids live in the history's state, never in the address.
 * Deliberately absent: a router; nothing here is ever linked to from outside.
 */
import type { RecordKind } from "@baken/bindings";

/** A draft and a record name their kind, so that the screen has its title before they are read. */
export type Screen =
  | { name: "home" }
  | { name: "draft"; id: string; kind: RecordKind; amends?: boolean }
  | { name: "records" }
  | { name: "record"; operation: string; kind: RecordKind; justFinalised?: boolean; fromList?: boolean }
  | { name: "together" }
  | { name: "join" }
  | { name: "closing" }
  | { name: "retract"; operation: string; kind: RecordKind }
  | { name: "reference" }
  | { name: "card"; code: string }
  | { name: "sync" }
  | { name: "settings" };

/** Of a list that is read by the page: the last record that was read, and what was looked for. */
export type Listed = { through: string | null; wish: unknown };

/** Where a screen was left: how far it was scrolled, the element that led away from it, and what it listed. */
export type Place = Listed & { top: number; focus: string | null };

export type Entry = { depth: number; screen: Screen };

/** The part of `window.history` this uses. */
export type BrowserHistory = {
  readonly state: unknown;
  pushState(state: Entry, unused: string): void;
  replaceState(state: Entry, unused: string): void;
  go(steps: number): void;
};

const HOME: Entry = { depth: 0, screen: { name: "home" } };
const NOTHING: Listed = { through: null, wish: null };

export class ScreenHistory {
  readonly #history: BrowserHistory;
  readonly #onChange: (screen: Screen) => void;
  #entry: Entry = HOME;
  #goingHome = false;
  /** By depth, for every screen that can be gone back to. In memory only: what was looked at is nobody's business. */
  readonly #places = new Map<number, Place>();
  #returning: Place | null = null;
  /** A list that was drawn anew without being left, as where a tablet is turned. */
  #turned: { depth: number; place: () => Place } | null = null;
  /** How far the screen that is shown is scrolled; set by it. */
  scrolled: () => number = () => 0;
  /** The same of a list, beside which a record may be shown. */
  listScrolled: () => number = () => 0;
  /** What the list holds that was shown last; set by it. */
  listed: () => Listed = () => NOTHING;

  constructor(history: BrowserHistory, onChange: (screen: Screen) => void) {
    this.#history = history;
    this.#onChange = onChange;
    history.replaceState(HOME, "");
  }

  get depth(): number {
    return this.#entry.depth;
  }

  /** Where the screen that is shown now was left before; nothing when it is opened anew. */
  get returning(): Place | null {
    return this.#returning;
  }

  /** One screen deeper. `from` is the id of the element that leads there: coming back lands on it. */
  open(screen: Screen, from: string | null = null): void {
    const { screen: left } = this.#entry;
    if (left.name === "records") this.#leaveList(this.depth, from);
    else this.#places.set(this.depth, { ...NOTHING, top: this.scrolled(), focus: from });
    this.#returning = null;
    if (screen.name === "records") this.#turned = null;
    this.#entry = { depth: this.#entry.depth + 1, screen };
    this.#history.pushState(this.#entry, "");
    this.#onChange(screen);
  }

  /** The list, with something looked for in it already. */
  openList(wish: unknown, from: string): void {
    this.open({ name: "records" }, from);
    this.#returning = { ...NOTHING, top: 0, focus: null, wish };
  }

  /** A record of the list: in place of the one that is shown beside it, or else one screen deeper. */
  openBeside(screen: Screen, from: string): void {
    if (this.#entry.screen.name !== "record") {
      this.open(screen, from);
      return;
    }
    this.#leaveList(this.depth - 1, from);
    this.replace(screen);
  }

  /** Where the list was left, on its own screen or beside a record that is shown. */
  get leftList(): Place | null {
    const turned = this.#turned?.depth === this.listDepth ? this.#turned.place() : null;
    if (this.#entry.screen.name !== "record") return this.#returning ?? turned;
    return turned ?? this.#places.get(this.listDepth) ?? null;
  }

  /** How deep the list is, on its own screen or beside a record that is shown. */
  get listDepth(): number {
    return this.#entry.screen.name === "record" ? this.depth - 1 : this.depth;
  }

  /**
   * A list was drawn. Until it is left it may be drawn anew, in another place on the screen. Answers what to do once it
   * is drawn no more.
   */
  listDrawn(listed: () => Listed): () => void {
    const depth = this.listDepth;
    this.listed = listed;
    const drawn = { depth, place: () => ({ ...listed(), top: 0, focus: null }) };
    this.#turned = drawn;
    return () => {
      const { name } = this.#entry.screen;
      const isLeft = (name !== "records" && name !== "record") || depth !== this.listDepth;
      if (isLeft && this.#turned === drawn) this.#turned = null;
    };
  }

  #leaveList(depth: number, focus: string | null): void {
    this.#places.set(depth, { ...this.listed(), top: this.listScrolled(), focus });
  }

  /** Another screen in place of this one: back does not return to it. */
  replace(screen: Screen): void {
    this.#returning = null;
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
    this.#places.clear();
    this.#returning = null;
    this.#turned = null;
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
    this.#returning = this.#places.get(this.depth) ?? null;
    for (const depth of [...this.#places.keys()]) if (depth >= this.depth) this.#places.delete(depth);
    this.#onChange(this.#entry.screen);
  }
}

function isEntry(state: unknown): state is Entry {
  return typeof state === "object" && state !== null && "depth" in state && "screen" in state;
}
