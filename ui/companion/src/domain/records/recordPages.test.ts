import type { RecordPage, RecordSummary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { PAGE, RecordPages } from "./recordPages.svelte";

const NOTHING = { drafts: [], inspections: [], moreThanTotal: false };

/** A core with so many records, of which more are signed. Position 1 was signed first. */
function core(count: number) {
  const asked: (number | null)[] = [];
  let fails = false;
  let state: RecordSummary["state"] = "sending";
  const read = (before: number | null, limit: number): Promise<RecordPage> => {
    asked.push(before);
    if (fails) return Promise.reject(new Error("locked"));
    const top = (before ?? count + 1) - 1;
    const size = Math.min(limit, top);
    const records = Array.from(
      { length: size },
      (_, index) => ({ operation: `o${top - index}`, state }) as RecordSummary,
    );
    return Promise.resolve({ ...NOTHING, records, total: count, next: top > size ? top - size + 1 : null });
  };
  return {
    pages: new RecordPages(read),
    asked,
    sign: (more: number) => (count += more),
    received: () => (state = "acknowledged"),
    failing: (now: boolean) => (fails = now),
  };
}

const shown = ({ rows }: RecordPages) => rows?.map(({ operation }) => Number(operation.slice(1))) ?? [];
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index);

describe("the list of records, as far as it is shown", () => {
  it("asks for a page, however many there are, and for the next one when it is wanted", async () => {
    const { pages, asked } = core(100_000);
    await pages.readAgain();
    expect(shown(pages)).toEqual(down(100_000, 99_901));
    expect([pages.total, pages.more]).toEqual([100_000, true]);
    expect((await pages.readMore())?.operation).toBe("o99900");
    expect(shown(pages)).toEqual(down(100_000, 99_801));
    expect(asked).toEqual([null, 99_901]);
  });

  it("says where it ends", async () => {
    const { pages } = core(PAGE + 1);
    await pages.readAgain();
    await pages.readMore();
    expect([pages.rows?.length, pages.more, await pages.readMore()]).toEqual([PAGE + 1, false, null]);
    expect(shown(pages)).toEqual(down(PAGE + 1, 1));
  });

  it("takes in new states and new records without losing what was shown", async () => {
    const { pages, sign, received } = core(500);
    await pages.readAgain();
    await pages.readMore();
    sign(3);
    received();
    await pages.readAgain();
    expect(shown(pages).slice(0, 203)).toEqual(down(503, 301));
    expect(pages.rows?.every(({ state }) => state === "acknowledged")).toBe(true);
    const { length } = shown(pages);
    await pages.readMore();
    expect(shown(pages)).toEqual(down(503, 503 - length - PAGE + 1));
  });

  it("reads as far as the record one comes back to", async () => {
    const { pages, asked } = core(500);
    await pages.readAgain("o250");
    expect(shown(pages)).toContain(250);
    expect(asked).toEqual([null, 401, 301]);
  });

  it("keeps what is shown when a read fails, and reads on", async () => {
    const { pages, failing } = core(500);
    await pages.readAgain();
    failing(true);
    await expect(pages.readMore()).rejects.toThrow();
    await expect(pages.readAgain()).rejects.toThrow();
    expect(shown(pages)).toEqual(down(500, 401));
    failing(false);
    await pages.readMore();
    expect(shown(pages)).toEqual(down(500, 301));
  });

  it("reads once for many changes, and in turn with what was asked before", async () => {
    const { pages, asked } = core(500);
    await Promise.all([pages.readAgain(), pages.readMore(), pages.readAgain(), pages.readAgain()]);
    expect(shown(pages)).toEqual(down(500, 301));
    expect(asked).toEqual([null, 401]);
  });
});
