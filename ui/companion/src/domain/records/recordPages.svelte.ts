/**
 * The list of records as far as it is shown. It is read by the page, from the top; it is read again when states may have
 * changed, and is never shorter then than it was. Reads follow each other, so that no older answer takes the place of a
 * newer one.
 */
import type { RecordPage, RecordSummary } from "@baken/bindings";

type Read = (before: number | null, limit: number) => Promise<RecordPage>;

/** As many as one looks through at a time: more at once would keep the screen waiting. */
export const PAGE = 100;

export class RecordPages {
  readonly #read: Read;
  #turn: Promise<unknown> = Promise.resolve();
  /** A read from the top that waits for its turn: whoever asks meanwhile gets its answer. */
  #waiting: Promise<void> | null = null;
  #next = $state<number | null>(null);

  /** Nothing as long as nothing was read. */
  rows = $state.raw<readonly RecordSummary[] | null>(null);
  /** How many records there are in all. */
  total = $state(0);

  constructor(read: Read) {
    this.#read = read;
  }

  /** Whether there is more than is shown. */
  get more(): boolean {
    return this.#next !== null;
  }

  /** The record that is shown last. */
  get last(): string | null {
    return this.rows?.at(-1)?.operation ?? null;
  }

  /** Reads from the top what is shown, or at first a page; `through` a record that was shown here before. */
  readAgain(through: string | null = null): Promise<void> {
    this.#waiting ??= this.#inTurn(() => {
      this.#waiting = null;
      return this.#down(this.last ?? through);
    });
    return this.#waiting;
  }

  /** Adds the next page. Answers the first record of it, if there is one. */
  readMore(): Promise<RecordSummary | null> {
    return this.#inTurn(async () => {
      if (this.#next === null) return null;
      const page = await this.#read(this.#next, PAGE);
      this.rows = [...(this.rows ?? []), ...page.records];
      this.#ends(page);
      return page.records[0] ?? null;
    });
  }

  /** Reads from the top until `last` is among what was read. A record is never removed, so it comes. */
  async #down(last: string | null): Promise<void> {
    const rows: RecordSummary[] = [];
    let page: RecordPage;
    let before: number | null = null;
    do {
      page = await this.#read(before, PAGE);
      rows.push(...page.records);
      before = page.next;
    } while (before !== null && last !== null && !page.records.some(({ operation }) => operation === last));
    this.rows = rows;
    this.#ends(page);
  }

  #ends({ next, total }: RecordPage): void {
    this.#next = next;
    this.total = total;
  }

  #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const done = this.#turn.then(work, work);
    this.#turn = done;
    return done;
  }
}
