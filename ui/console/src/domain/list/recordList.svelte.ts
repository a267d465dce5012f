/**
 * A list of records as it is worked through: page by page, and with what came in since. An answer to an older
 * question is no answer; looking again moves nothing until one asks for what is new.
 */
import { apiError, type ApiError } from "../../shared/api";
import { arrived, newRecords, refreshed, type Listed } from "./arrivals";
import type { Left, Worked } from "./worked";

type Page<Item> = { items: Item[]; nextCursor: string | null; total?: number };

/** How pages are fetched. `lastReceived`: the latest first, where the list itself stands in another order. */
type Source<Fetched> = {
  page: (cursor: string | null) => Promise<Fetched>;
  lastReceived?: () => Promise<Fetched>;
};

/** What a list had come to, to go on from. */
export type ListSnapshot<Item, Fetched> = Worked<Item, Fetched> & { fresh: readonly string[] };

/** Further down nobody looks at once; and one asks the backend for no more than this in one go. */
const PAGES_FOR_NEWS = 10;

export class RecordList<Item extends Listed, Fetched extends Page<Item>> {
  #items = $state.raw<readonly Item[]>([]);
  #page = $state.raw<Fetched | null>(null);
  #loading = $state(true);
  #error = $state.raw<ApiError | null>(null);
  #news = $state(0);
  #fresh = $state.raw<readonly string[]>([]);
  #left: readonly Left<Item>[] = [];
  #failedAt: string | null = null;
  #requested = 0;
  #revised = 0;

  constructor(readonly source: () => Source<Fetched>) {}

  get items(): readonly Item[] {
    return this.#items;
  }

  /** The last page there was an answer to, for what else it says. */
  get page(): Fetched | null {
    return this.#page;
  }

  get loading(): boolean {
    return this.#loading;
  }

  get error(): ApiError | null {
    return this.#error;
  }

  get hasMore(): boolean {
    return this.#page !== null && this.#page.nextCursor !== null;
  }

  /** How many records came in that are not on screen. */
  get news(): number {
    return this.#news;
  }

  /** The operations that were new when one last asked for what is new. */
  get fresh(): readonly string[] {
    return this.#fresh;
  }

  /** The list from its beginning. */
  async load(): Promise<void> {
    this.#fresh = [];
    await this.#load(null);
  }

  async more(): Promise<void> {
    if (this.#page?.nextCursor) await this.#load(this.#page.nextCursor);
  }

  /** What could not be fetched. */
  async again(): Promise<void> {
    await this.#load(this.#failedAt);
  }

  /** What the list has come to; null where there is nothing to go on from. */
  snapshot(): ListSnapshot<Item, Fetched> | null {
    if (this.#page === null || this.#error !== null) return null;
    return { items: this.#items, page: this.#page, fresh: this.#fresh, left: this.#left };
  }

  /** Goes on from where it was left. What came in since is for `look` to find. */
  restore({ items, page, fresh, left }: ListSnapshot<Item, Fetched>): void {
    this.clear();
    [this.#items, this.#page, this.#fresh, this.#left] = [items, page, fresh, left];
  }

  /** As `change` says: what one did oneself is seen without asking. */
  revise(change: (shown: Worked<Item, Fetched>) => Worked<Item, Fetched>): void {
    if (this.#page === null) return;
    this.#revised += 1;
    const now = change({ items: this.#items, page: this.#page, left: this.#left });
    [this.#items, this.#page, this.#left] = [now.items, now.page, now.left];
  }

  /** Shows nothing, and takes no answer to what was asked before. */
  clear(): void {
    this.#requested += 1;
    [this.#items, this.#page, this.#loading, this.#error] = [[], null, false, null];
    [this.#news, this.#fresh, this.#left] = [0, [], []];
  }

  /**
   * Looks again without moving anything; what is new waits until it is asked for, but where nothing is on screen there
   * is nothing to move. A failure is not worth a word.
   */
  async look(): Promise<void> {
    if (this.#loading || this.#error || this.#page === null) return;
    const [number, revised, before] = [this.#requested, this.#revised, this.#page];
    try {
      const page = await this.source().page(null);
      if (number !== this.#requested || revised !== this.#revised) return;
      if (this.#items.length === 0) {
        this.#take(null, page);
        return;
      }
      this.#news = newRecords(this.#items, this.#page.total, page, !this.hasMore);
      this.#items = refreshed(this.#items, page.items);
      // What else it says is true now; where the list goes on, and from how many news is counted, is as it was.
      this.#page = {
        ...page,
        nextCursor: before.nextCursor,
        ...("total" in before && { total: before.total }),
      };
    } catch {
      // The next look may fare better.
    }
  }

  /**
   * Shows what is new, and answers the place of its first row, or -1. In another order than that of receipt it may
   * stand anywhere: pages are fetched until it is there.
   */
  async showNews(): Promise<number> {
    const [shown, total] = [this.#items, this.#page?.total ?? 0];
    const { lastReceived, page } = this.source();
    const latest = await this.#ask(null, lastReceived ?? (() => page(null)));
    if (latest === null) return -1;
    const count = Math.max(this.#news, (latest.total ?? 0) - total);
    this.#fresh = arrived(shown, count, latest.items);
    if (lastReceived) await this.#load(null);
    else this.#take(null, latest);
    for (let pages = 1; this.#firstNew() < 0 && this.#mayHoldNews(pages); pages += 1) await this.more();
    return this.#firstNew();
  }

  #firstNew(): number {
    return this.#items.findIndex(({ operation }) => this.#fresh.includes(operation));
  }

  #mayHoldNews(pages: number): boolean {
    return this.#fresh.length > 0 && this.hasMore && this.#error === null && pages < PAGES_FOR_NEWS;
  }

  async #load(cursor: string | null): Promise<void> {
    const page = await this.#ask(cursor, () => this.source().page(cursor));
    if (page !== null) this.#take(cursor, page);
    // What was found before is no answer to this; more of the same list may stay.
    else if (this.#error !== null && cursor === null) [this.#items, this.#page] = [[], null];
  }

  #take(cursor: string | null, page: Fetched): void {
    this.#items = cursor === null ? page.items : [...this.#items, ...page.items];
    this.#page = page;
    if (cursor === null) [this.#news, this.#left] = [0, []];
  }

  /** Null: it failed, or something else was asked since. */
  async #ask(cursor: string | null, ask: () => Promise<Fetched>): Promise<Fetched | null> {
    const number = ++this.#requested;
    this.#loading = true;
    this.#error = null;
    try {
      const page = await ask();
      return number === this.#requested ? page : null;
    } catch (reason) {
      if (number === this.#requested) [this.#error, this.#failedAt] = [apiError(reason), cursor];
      return null;
    } finally {
      if (number === this.#requested) this.#loading = false;
    }
  }
}
