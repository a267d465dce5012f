import { beforeEach, expect, it, vi } from "vitest";

import type { DeskNews, DeskWatch } from "../../shared/deskEvents";

const stored = new Map<string, string>();
vi.stubGlobal("localStorage", {
  getItem: (name: string) => stored.get(name) ?? null,
  setItem: (name: string, value: string) => stored.set(name, value),
});
const { Live } = await import("./live.svelte");

beforeEach(() => {
  stored.clear();
});

function live() {
  let watch: DeskWatch | null = null;
  const [over, stop, chime] = [vi.fn(), vi.fn(), { ready: vi.fn(), play: vi.fn() }];
  const made = new Live(
    over,
    (_account, listening) => {
      watch = listening;
      return stop;
    },
    chime,
  );
  made.begin("coordinator");
  const hear = (news: Partial<DeskNews>) =>
    watch?.news({ changed: ["records"], observations: 5, open: 5, acute: 1, mine: 0, ...news });
  return { live: made, hear, steady: (is: boolean) => watch?.steady(is), chime, stop };
}

it("counts what came in since one was there, until it was looked at", () => {
  const { live: desk, hear } = live();
  expect(desk.unseen).toBe(0);
  hear({ changed: [] });
  expect(desk.unseen).toBe(0);
  hear({ observations: 7 });
  expect(desk.unseen).toBe(2);
  desk.lookedAt();
  expect(desk.unseen).toBe(0);
  hear({ observations: 6 });
  expect(desk.unseen).toBe(0);
});

it("is silent about what is acute until it is switched on, and keeps that in this browser", () => {
  const { live: desk, hear, chime } = live();
  hear({ changed: [] });
  hear({ acute: 2 });
  expect(chime.play).not.toHaveBeenCalled();
  desk.switchSound();
  expect(chime.play).toHaveBeenCalledTimes(1);
  hear({ acute: 2, observations: 9 });
  expect(chime.play).toHaveBeenCalledTimes(1);
  hear({ acute: 3, observations: 10 });
  expect(chime.play).toHaveBeenCalledTimes(2);
  hear({ acute: 4, changed: ["handling"] });
  expect(chime.play).toHaveBeenCalledTimes(2);
  expect(live().live.sounds).toBe(true);
  desk.switchSound();
  expect(live().live.sounds).toBe(false);
});

it("tells a list of what it is about alone, and of all that may have changed after a line that broke", () => {
  const { live: desk, hear, steady } = live();
  const [inbox, reports] = [vi.fn(), vi.fn()];
  const [told, ofReports] = [desk.of("records", "handling"), desk.of("reports")];
  const stop = told.listen(inbox);
  ofReports.listen(reports);
  hear({ changed: [] });
  hear({ changed: ["handling"] });
  expect([inbox.mock.calls.length, reports.mock.calls.length]).toEqual([1, 0]);
  hear({ changed: [] });
  hear({ changed: [], open: 4 });
  expect([inbox.mock.calls.length, reports.mock.calls.length]).toEqual([2, 1]);
  steady(true);
  expect(told.isSteady()).toBe(true);
  stop();
  hear({ changed: ["records"] });
  expect(inbox).toHaveBeenCalledTimes(2);
});

it("knows nothing of whoever was here before", () => {
  const { live: desk, hear, stop, steady } = live();
  hear({ changed: [] });
  hear({ observations: 9 });
  steady(true);
  desk.end();
  expect(stop).toHaveBeenCalledOnce();
  expect(desk.unseen).toBe(0);
  expect(desk.of("records").isSteady()).toBe(false);
  desk.begin("agent");
  hear({ changed: [], observations: 2 });
  expect(desk.unseen).toBe(0);
});
