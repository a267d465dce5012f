import type { SealedPage } from "@baken/bindings";
import { describe, expect, it, vi } from "vitest";

import { ApiError } from "../../shared/api";
import { KeyClosed, type OpenKey } from "../sealed/heldKey";
import { Find } from "./find.svelte";

const HIT = { where: "narrative" as const, pieces: [{ text: "kluis", isHit: true }] };

/** So many sealed parts, fifty a page. */
function register(total: number) {
  const pages: (string | null)[] = [];
  const sealedParts = (cursor: string | null) => {
    pages.push(cursor);
    const from = Number(cursor ?? 0);
    const count = Math.min(50, total - from);
    const items = Array.from({ length: count }, (_, index) => ({
      summary: { operation: `d.${from + index}` },
      sealed: { sha256: "", sizeBytes: 1, recipients: ["team"], epoch: 1 },
      content: "YQ==",
    }));
    const next = from + count < total ? String(from + count) : null;
    return Promise.resolve({ items, nextCursor: next, total } as unknown as SealedPage);
  };
  return { sealedParts, pages };
}

/** A key that finds what `fits`. */
const key = (fits: (operation: string) => boolean) => {
  const search = vi.fn<OpenKey["search"]>((_words, parts) =>
    Promise.resolve({
      found: parts
        .map(({ expected }) => expected.operation)
        .filter(fits)
        .map((operation) => ({ operation, hits: [HIT] })),
      unread: 1,
    }),
  );
  return { teams: [], unseal: vi.fn(), search, sealWords: vi.fn(), openWords: vi.fn() };
};

describe("Find", () => {
  it("goes through everything by the page, newest first, and counts", async () => {
    const [find, { sealedParts, pages }] = [new Find(), register(120)];
    const opened = key((operation) => operation.endsWith("7"));
    await find.search({ sealedParts }, opened, "GM0453", ["kluis"]);
    expect(pages).toEqual([null, "50", "100"]);
    expect([find.state, find.searched, find.total, find.unread]).toEqual(["done", 120, 120, 3]);
    expect(find.found.map(({ summary }) => summary.operation).slice(0, 2)).toEqual(["d.7", "d.17"]);
    expect(find.found).toHaveLength(12);
    expect(opened.search.mock.calls[0]?.[1][0]?.expected).toMatchObject({
      tenant: "GM0453",
      operation: "d.0",
    });
  });

  it("keeps so much and no more, and asks for none beyond", async () => {
    const [find, { sealedParts, pages }] = [new Find(), register(1_000)];
    await find.search(
      { sealedParts },
      key(() => true),
      "GM0453",
      ["kluis"],
    );
    expect([find.state, find.found.length, pages.length]).toEqual(["full", 200, 4]);
  });

  it("stops where it is, with what was found", async () => {
    const [find, { sealedParts, pages }] = [new Find(), register(500)];
    const opened = key(() => true);
    const answer = opened.search.getMockImplementation();
    opened.search.mockImplementation(async (words, parts) => {
      if (opened.search.mock.calls.length === 2) find.stop();
      return (await answer?.(words, parts)) ?? { found: [], unread: 0 };
    });
    await find.search({ sealedParts }, opened, "GM0453", ["kluis"]);
    expect([find.state, find.found.length, pages.length]).toEqual(["stopped", 50, 2]);
  });

  it("shows nothing that was found once the key closes, and asks for nothing without words", async () => {
    const [find, { sealedParts, pages }] = [new Find(), register(500)];
    const opened = key(() => true);
    await find.search({ sealedParts }, opened, "GM0453", []);
    expect(pages).toEqual([]);
    const answer = opened.search.getMockImplementation();
    opened.search.mockImplementation((words, parts) =>
      opened.search.mock.calls.length === 2
        ? Promise.reject(new KeyClosed())
        : (answer?.(words, parts) ?? Promise.reject(new KeyClosed())),
    );
    await find.search({ sealedParts }, opened, "GM0453", ["kluis"]);
    expect([find.state, find.found.length]).toEqual(["idle", 0]);
  });

  it("says why it could not go on, with what was found", async () => {
    const [find, { sealedParts }] = [new Find(), register(500)];
    const failing = (cursor: string | null) =>
      cursor === "50" ? Promise.reject(new ApiError(503, "unavailable")) : sealedParts(cursor);
    await find.search(
      { sealedParts: failing },
      key(() => true),
      "GM0453",
      ["kluis"],
    );
    expect([find.state, find.error?.code, find.found.length]).toEqual(["failed", "unavailable", 50]);
  });

  it("takes no answer to what was looked for before", async () => {
    const [find, { sealedParts }] = [new Find(), register(50)];
    const first = find.search(
      { sealedParts },
      key(() => true),
      "GM0453",
      ["kluis"],
    );
    const second = find.search(
      { sealedParts },
      key((operation) => operation === "d.1"),
      "GM0453",
      ["boot"],
    );
    await Promise.all([first, second]);
    expect(find.found.map(({ summary }) => summary.operation)).toEqual(["d.1"]);
  });
});
