import { describe, expect, it } from "vitest";

import { ApiError } from "../../shared/api";
import { RecordList } from "./recordList.svelte";

type Row = { operation: string; urgent: boolean };
type Page = { items: Row[]; nextCursor: string | null; total?: number };
const PAGE = 3;

const row = (operation: string, urgent = false): Row => ({ operation, urgent });
const names = (items: readonly Row[]) => items.map(({ operation }) => operation);

/** A register that answers pages of three: what is urgent first, or what came in last. */
function register(...operations: Row[]) {
  const received = [...operations];
  let failing = false;
  const pageOf = (sorted: Row[], cursor: string | null): Promise<Page> => {
    if (failing) return Promise.reject(new ApiError(0, "network"));
    const start = Number(cursor ?? 0);
    const end = start + PAGE;
    return Promise.resolve({
      items: sorted.slice(start, end),
      nextCursor: end < sorted.length ? String(end) : null,
      total: sorted.length,
    });
  };
  const lastReceived = (cursor: string | null = null) => pageOf([...received].reverse(), cursor);
  const byTerm = (cursor: string | null) =>
    pageOf(
      [...received].sort((one, other) => Number(other.urgent) - Number(one.urgent)),
      cursor,
    );
  return {
    arrives: (...items: Row[]) => received.push(...items),
    fails: (now: boolean) => (failing = now),
    byTerm: () => new RecordList<Row, Page>(() => ({ page: byTerm, lastReceived })),
    byReceipt: () => new RecordList<Row, Page>(() => ({ page: lastReceived })),
    withoutTotal: () =>
      new RecordList<Row, Page>(() => ({
        page: async (cursor) => {
          const { items, nextCursor } = await lastReceived(cursor);
          return { items, nextCursor };
        },
      })),
  };
}

describe("RecordList", () => {
  it("goes on from where it was left, page by page, and finds what came in since", async () => {
    const backend = register(...["a", "b", "c", "d", "e", "f", "g"].map((name) => row(name)));
    const left = backend.byReceipt();
    await left.load();
    await left.more();
    const snapshot = left.snapshot();
    backend.arrives(row("h"));
    const list = backend.byReceipt();
    expect(list.snapshot()).toBeNull();
    if (snapshot) list.restore(snapshot);
    expect(names(list.items)).toEqual(names(left.items));
    expect([list.loading, list.hasMore]).toEqual([false, true]);
    await list.look();
    expect(list.news).toBe(1);
  });

  it("fetches page after page, and says whether there is more", async () => {
    const list = register(row("a"), row("b"), row("c"), row("d")).byReceipt();
    await list.load();
    expect([names(list.items), list.hasMore]).toEqual([["d", "c", "b"], true]);
    await list.more();
    expect([names(list.items), list.hasMore]).toEqual([["d", "c", "b", "a"], false]);
  });

  it("takes no answer to an older question", async () => {
    const answers: ((page: Page) => void)[] = [];
    const list = new RecordList<Row, Page>(() => ({
      page: () => new Promise((resolve) => answers.push(resolve)),
    }));
    const [older, newer] = [list.load(), list.load()];
    answers[1]?.({ items: [row("new")], nextCursor: null });
    answers[0]?.({ items: [row("old")], nextCursor: null });
    await Promise.all([older, newer]);
    expect(names(list.items)).toEqual(["new"]);
    expect(list.loading).toBe(false);
  });

  it("keeps the pages there are when a further one fails, and goes on from there", async () => {
    const backend = register(row("a"), row("b"), row("c"), row("d"));
    const list = backend.byReceipt();
    await list.load();
    backend.fails(true);
    await list.more();
    expect([list.items.length, list.error?.code]).toEqual([3, "network"]);
    backend.fails(false);
    await list.again();
    expect([names(list.items), list.error]).toEqual([["d", "c", "b", "a"], null]);
  });

  it("shows nothing of another question when the first page fails", async () => {
    const backend = register(row("a"));
    const list = backend.byReceipt();
    await list.load();
    backend.fails(true);
    await list.load();
    expect([list.items, list.page, list.error?.code]).toEqual([[], null, "network"]);
  });

  it("shows nothing once it is cleared, also not what was still on its way", async () => {
    const list = register(row("a")).byReceipt();
    const loading = list.load();
    list.clear();
    await loading;
    expect([list.items, list.loading]).toEqual([[], false]);
  });
});

describe("RecordList, looking again", () => {
  it("counts what is new and moves nothing", async () => {
    const backend = register(row("a"));
    const list = backend.byTerm();
    await list.load();
    backend.arrives(row("b", true));
    await list.look();
    expect([list.news, names(list.items), list.fresh]).toEqual([1, ["a"], []]);
  });

  it("shows what came in at once where nothing was on screen", async () => {
    const backend = register();
    const list = backend.byTerm();
    await list.load();
    backend.arrives(row("a"), row("b", true));
    await list.look();
    expect([names(list.items), list.news]).toEqual([["b", "a"], 0]);
  });

  it("says nothing of a look that failed", async () => {
    const backend = register(row("a"));
    const list = backend.byTerm();
    await list.load();
    backend.fails(true);
    await list.look();
    expect([list.error, names(list.items)]).toEqual([null, ["a"]]);
  });
});

describe("RecordList, asked for what is new", () => {
  it("finds the first new row wherever the order by term puts it", async () => {
    const backend = register(row("a", true), row("b"));
    const list = backend.byTerm();
    await list.load();
    backend.arrives(row("x"));
    await list.look();
    expect(await list.showNews()).toBe(2);
    expect(names(list.items)).toEqual(["a", "b", "x"]);
    expect(list.fresh).toEqual(["x"]);
    expect(list.news).toBe(0);
  });

  it("leads to the first of several, and marks all of them", async () => {
    const backend = register(row("a", true), row("b"));
    const list = backend.byTerm();
    await list.load();
    backend.arrives(row("late"), row("urgent", true));
    await list.look();
    expect(await list.showNews()).toBe(1);
    expect(list.fresh).toEqual(["urgent", "late"]);
  });

  it("fetches as many pages as it takes to show the first new row", async () => {
    const backend = register(...["a", "b", "c", "d", "e", "f", "g"].map((name) => row(name)));
    const list = backend.byTerm();
    await list.load();
    backend.arrives(row("x"));
    await list.look();
    expect(await list.showNews()).toBe(7);
    expect(names(list.items).at(-1)).toBe("x");
  });

  it("does not call new what stands on a page that was never opened", async () => {
    const backend = register(...["a", "b", "c", "d", "e"].map((name) => row(name)));
    const list = backend.byTerm();
    await list.load();
    backend.arrives(row("x", true));
    await list.look();
    expect(await list.showNews()).toBe(0);
    await list.more();
    expect(list.fresh).toEqual(["x"]);
  });

  it("also marks what came in after it was counted", async () => {
    const backend = register(row("a"));
    const list = backend.byTerm();
    await list.load();
    backend.arrives(row("x"));
    await list.look();
    backend.arrives(row("y"));
    await list.showNews();
    expect(list.fresh).toEqual(["y", "x"]);
  });

  it.each(["byReceipt", "withoutTotal"] as const)(
    "finds it on top where the list is in the order of receipt (%s)",
    async (kind) => {
      const backend = register(row("a"), row("b"));
      const list = backend[kind]();
      await list.load();
      backend.arrives(row("x"), row("y"));
      await list.look();
      expect(list.news).toBe(2);
      expect(await list.showNews()).toBe(0);
      expect([names(list.items), list.fresh]).toEqual([
        ["y", "x", "b"],
        ["y", "x"],
      ]);
    },
  );

  it("marks what is new until the next time one asks, and no longer", async () => {
    const backend = register(row("a"));
    const list = backend.byTerm();
    await list.load();
    backend.arrives(row("x"));
    await list.look();
    await list.showNews();
    await list.look();
    expect(list.fresh).toEqual(["x"]);
    backend.arrives(row("y"));
    await list.look();
    await list.showNews();
    expect(list.fresh).toEqual(["y"]);
    await list.load();
    expect(list.fresh).toEqual([]);
  });

  it("leaves the list as it was, and says why, where the news cannot be fetched", async () => {
    const backend = register(row("a"));
    const list = backend.byTerm();
    await list.load();
    backend.arrives(row("x"));
    await list.look();
    backend.fails(true);
    expect(await list.showNews()).toBe(-1);
    expect([names(list.items), list.error?.code]).toEqual([["a"], "network"]);
  });
});
