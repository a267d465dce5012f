import type { ActKind, HandlingSummary, ObservationDetail } from "@baken/bindings";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError } from "../../shared/api";
import { Desk, UNDO_MS } from "./desk.svelte";

const handling = (count: number, more: Partial<HandlingSummary> = {}): HandlingSummary => ({
  ...{ count, holder: null, handledAt: null, report: null, question: null, acts: [] },
  ...more,
});

/** A backend that keeps one number and one holder for each observation. */
class Backend {
  readonly held = new Map<string, HandlingSummary>();
  readonly asked: string[] = [];
  failing: ApiError | null = null;

  act = (operation: string, order: { act: ActKind }, expected: number): Promise<HandlingSummary> => {
    this.asked.push(`${order.act} ${operation}`);
    if (this.failing) return Promise.reject(this.failing);
    const now = this.held.get(operation) ?? handling(0);
    if (now.count !== expected) return Promise.reject(new ApiError(409, "changed-meanwhile"));
    const next = handling(now.count + 1, {
      holder: order.act === "take-on" ? "ik" : null,
      handledAt: order.act === "handle" ? "2026-11-24T10:00:00Z" : null,
    });
    this.held.set(operation, next);
    return Promise.resolve(next);
  };

  observation = (operation: string) =>
    Promise.resolve({ handling: this.held.get(operation) } as ObservationDetail);
}

const DONE = { act: "handle", reason: "no-follow-up" } as const;
const item = (operation: string, known = handling(0)) => ({ operation, handling: known });

describe("Desk", () => {
  let backend: Backend;
  let changed: Map<string, HandlingSummary>;
  let desk: Desk;

  beforeEach(() => {
    vi.useFakeTimers();
    [backend, changed] = [new Backend(), new Map<string, HandlingSummary>()];
    desk = new Desk(
      () => backend,
      () => "ik",
      (operation, now) => changed.set(operation, now),
    );
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("does one act to each and says to how many", async () => {
    await desk.act([item("a"), item("b")], { act: "take-on" });
    expect(desk.done).toEqual({ act: "take-on", count: 2, refused: 0, canUndo: true });
    expect(changed.get("a")?.holder).toBe("ik");
  });

  it("shows what a colleague did meanwhile, and does the rest", async () => {
    backend.held.set("a", handling(3, { holder: "ander" }));
    await desk.act([item("a"), item("b")], DONE);
    expect(desk.done).toEqual({ act: "handle", count: 1, refused: 1, canUndo: true });
    expect(changed.get("a")?.holder).toBe("ander");
    vi.advanceTimersByTime(UNDO_MS);
    expect(desk.done?.refused).toBe(1);
  });

  it("undoes what was done last, also where it takes two acts", async () => {
    const mine = handling(1, { holder: "ik" });
    backend.held.set("a", mine);
    await desk.act([item("a", mine)], DONE);
    await desk.undo();
    expect(backend.asked).toEqual(["handle a", "reopen a", "take-on a"]);
    expect(changed.get("a")).toEqual(handling(4, { holder: "ik" }));
    expect(desk.done).toBeNull();
    await desk.undo();
    expect(backend.asked).toHaveLength(3);
  });

  it("offers to undo for some seconds", async () => {
    await desk.act([item("a")], DONE);
    vi.advanceTimersByTime(UNDO_MS - 1);
    expect(desk.done).not.toBeNull();
    vi.advanceTimersByTime(1);
    expect(desk.done).toBeNull();
  });

  it("says what went wrong, and what was done until then", async () => {
    const act = backend.act;
    backend.act = (operation, order, expected) => {
      if (operation === "b") backend.failing = new ApiError(0, "network");
      return act(operation, order, expected);
    };
    await desk.act([item("a"), item("b"), item("c")], DONE);
    expect(desk.error?.code).toBe("network");
    expect(desk.done?.count).toBe(1);
    expect(backend.asked).toEqual(["handle a", "handle b"]);
  });
});
