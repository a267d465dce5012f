/**
 * Searching sealed parts: fetched by the page, newest first, opened and searched by the holder of the key. Neither the
 * backend nor the address bar learns the words. What is kept of it is what was found, up to a bound; it goes with the key.
 */
import type { ObservationSummary, SealedPage } from "@baken/bindings";

import { ApiError, apiError } from "../../shared/api";
import { fromBase64 } from "../message/bytes";
import { KeyClosed, type OpenKey } from "../sealed/heldKey";
import type { Hit } from "../sealed/searching";

/** What may be found before one is asked to say more. */
const MOST_FOUND = 200;

type Source = { sealedParts: (cursor: string | null) => Promise<SealedPage> };
export type Found = { summary: ObservationSummary; hits: readonly Hit[] };
/** `full`: as much was found as is kept. */
export type FindState = "idle" | "searching" | "stopped" | "done" | "full" | "failed";

export class Find {
  /** What stands in the field. */
  typed = $state("");
  /** What is looked for at this moment: what was typed when somebody asked. */
  asked = $state("");
  #state = $state<FindState>("idle");
  #found = $state.raw<readonly Found[]>([]);
  #searched = $state(0);
  #total = $state(0);
  #unread = $state(0);
  #error = $state.raw<ApiError | null>(null);
  #run = 0;

  get state(): FindState {
    return this.#state;
  }

  get found(): readonly Found[] {
    return this.#found;
  }

  get searched(): number {
    return this.#searched;
  }

  get total(): number {
    return this.#total;
  }

  /** How many none of one's keys opens, or that are not what was signed. */
  get unread(): number {
    return this.#unread;
  }

  get error(): ApiError | null {
    return this.#error;
  }

  /** Looks for `words` in everything there is, until it is through, stopped, or there is enough. */
  async search(source: Source, key: OpenKey, tenant: string, words: readonly string[]): Promise<void> {
    this.reset();
    if (words.length === 0) return;
    const run = this.#run;
    this.#state = "searching";
    try {
      let cursor: string | null = null;
      do {
        const page: SealedPage = await source.sealedParts(cursor);
        if (run !== this.#run) return;
        const parts = page.items.map(({ summary, sealed, content }) => ({
          sealed: fromBase64(content),
          expected: { ...sealed, tenant, operation: summary.operation },
        }));
        const { found, unread } = await key.search(words, parts);
        if (run !== this.#run) return;
        const more = page.items.flatMap(({ summary }): Found[] => {
          const of = found.find(({ operation }) => operation === summary.operation);
          return of ? [{ summary, hits: of.hits }] : [];
        });
        this.#found = [...this.#found, ...more].slice(0, MOST_FOUND);
        this.#searched += page.items.length;
        this.#total = Math.max(page.total, this.#searched);
        this.#unread += unread;
        cursor = this.#found.length < MOST_FOUND ? page.nextCursor : null;
      } while (cursor !== null);
      this.#state = this.#found.length < MOST_FOUND ? "done" : "full";
    } catch (reason) {
      if (run !== this.#run) return;
      if (reason instanceof KeyClosed) this.reset();
      else [this.#state, this.#error] = ["failed", apiError(reason)];
    }
  }

  /** What was found stays. */
  stop(): void {
    if (this.#state !== "searching") return;
    this.#run += 1;
    this.#state = "stopped";
  }

  /** Shows nothing of what was found, and looks no further. */
  reset(): void {
    this.#run += 1;
    [this.#state, this.#found, this.#error] = ["idle", [], null];
    [this.#searched, this.#total, this.#unread] = [0, 0, 0];
  }

  /** And nothing of what was looked for. */
  clear(): void {
    this.reset();
    [this.typed, this.asked] = ["", ""];
  }
}
