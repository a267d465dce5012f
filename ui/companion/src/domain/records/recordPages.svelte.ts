/**
 * The list of records as far as it is shown. It is read by the page, from the top; it is read again when states may have
 * changed, and is never shorter then than it was. Reads follow each other, so that no older answer takes the place of a
 * newer one.
 */
import type { DraftSummary, InspectionSummary, RecordPage, RecordSummary } from "@baken/bindings";

type Read = (before: number | null, limit: number) => Promise<RecordPage>;

/** As many as one looks through at a time: more at once would keep the screen waiting. */
export const PAGE = 100;

export class RecordPages {
  readonly #read: Read;
  #turn: Promise<unknown> = Promise.resolve();
  /** A read from the top that waits for its turn: whoever asks meanwhile gets its answer. */
  #waiting: Promise<void> | null = null;
  /** The same for another list. */
  #another: Promise<void> | null = null;
  #next = $state<number | null>(null);

  /** Nothing as long as nothing was read. */
  rows = $state.raw<readonly RecordSummary[] | null>(null);
  /** The drafts that stand with them. */
  drafts = $state.raw<readonly DraftSummary[]>([]);
  /** The inspections to which they belong. */
  inspections = $state.raw<readonly InspectionSummary[]>([]);
  /** How many records there are in all. */
  total = $state(0);
  /** Whether there are more than that. */
  moreThanTotal = $state(false);

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

  /** Reads another list from its top. What is shown stays until that is there. */
  another(): Promise<void> {
    this.#another ??= this.#inTurn(() => {
      this.#another = null;
      return this.#down(null);
    });
    return this.#another;
  }

  /** Adds the next page. Answers the first record of it, if there is one. */
  readMore(): Promise<RecordSummary | null> {
    return this.#inTurn(async () => {
      if (this.#next === null) return null;
      const page = await this.#read(this.#next, PAGE);
      this.rows = [...(this.rows ?? []), ...page.records];
      this.#knows([...this.inspections, ...page.inspections]);
      this.#ends(page);
      return page.records[0] ?? null;
    });
  }

  /** Reads from the top until `last` is among what was read. A record is never removed, so it comes. */
  async #down(last: string | null): Promise<void> {
    const rows: RecordSummary[] = [];
    const inspections: InspectionSummary[] = [];
    let page: RecordPage;
    let drafts: readonly DraftSummary[] | null = null;
    let before: number | null = null;
    do {
      page = await this.#read(before, PAGE);
      drafts ??= page.drafts;
      rows.push(...page.records);
      inspections.push(...page.inspections);
      before = page.next;
    } while (before !== null && last !== null && !page.records.some(({ operation }) => operation === last));
    this.rows = rows;
    this.drafts = drafts;
    this.#knows(inspections);
    this.#ends(page);
  }

  #knows(inspections: readonly InspectionSummary[]): void {
    const first = (one: InspectionSummary) =>
      inspections.find(({ inspection }) => inspection === one.inspection);
    this.inspections = inspections.filter((one) => first(one) === one);
  }

  #ends({ next, total, moreThanTotal }: RecordPage): void {
    this.#next = next;
    this.total = total;
    this.moreThanTotal = moreThanTotal;
  }

  #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const done = this.#turn.then(work, work);
    this.#turn = done;
    return done;
  }
}
