import { describe, expect, it } from "vitest";

import { ScreenHistory, type BrowserHistory, type Entry, type Screen } from "./screenHistory";

/** A browser's history in memory; `go` reports the move as the browser does. */
function browser() {
  const entries: Entry[] = [];
  let index = 0;
  const moved: ((state: unknown) => void)[] = [];
  const history: BrowserHistory = {
    get state() {
      return entries[index];
    },
    pushState(state) {
      entries.splice(index + 1);
      entries.push(state);
      index += 1;
    },
    replaceState(state) {
      entries[index] = state;
    },
    go(steps) {
      index += steps;
      moved.forEach((listener) => listener(entries[index]));
    },
  };
  const shown: Screen[] = [];
  const screens = new ScreenHistory(history, (screen) => shown.push(screen));
  moved.push((state) => screens.popped(state));
  return { screens, shown, entries, history };
}

describe("ScreenHistory", () => {
  it("goes back through the screens that were opened", () => {
    const { screens, shown } = browser();
    screens.open({ name: "records" });
    screens.open({ name: "record", operation: "1", kind: "observation" });
    screens.back();
    screens.back();
    expect(shown.map(({ name }) => name)).toEqual(["records", "record", "records", "home"]);
  });

  it("does not go back from home", () => {
    const { screens, shown } = browser();
    screens.back();
    expect(shown).toEqual([]);
  });

  it("does not return to a replaced screen", () => {
    const { screens, shown } = browser();
    screens.open({ name: "draft", id: "1", kind: "observation" });
    screens.replace({ name: "record", operation: "2", kind: "observation" });
    screens.back();
    expect(shown.at(-1)).toEqual({ name: "home" });
  });

  it("shows home once and leaves nothing of the record behind in this entry", () => {
    const { screens, shown, history } = browser();
    screens.open({ name: "records" });
    screens.open({ name: "record", operation: "1", kind: "observation" });
    screens.home();
    expect(shown.at(-1)).toEqual({ name: "home" });
    expect(shown.filter(({ name }) => name === "home")).toHaveLength(1);
    expect(history.state).toEqual({ depth: 0, screen: { name: "home" } });
    expect(screens.depth).toBe(0);
  });

  it("knows of a list how far it was read, and of no other screen", () => {
    const { screens } = browser();
    screens.open({ name: "records" }, "open-records");
    screens.listed = () => ({ through: "o300", wish: "deur" });
    screens.listScrolled = () => 70;
    screens.open({ name: "record", operation: "1", kind: "observation" }, "record-1");
    screens.open({ name: "sync" });
    screens.back();
    expect(screens.returning).toEqual({ top: 0, focus: null, through: null, wish: null });
    screens.back();
    expect(screens.returning).toEqual({ top: 70, focus: "record-1", through: "o300", wish: "deur" });
    screens.back();
    expect(screens.returning).toEqual({ top: 0, focus: "open-records", through: null, wish: null });
  });

  it("shows one record after the other beside a list, and goes back to the list where it was left last", () => {
    const { screens, shown } = browser();
    screens.open({ name: "records" }, "open-records");
    screens.listed = () => ({ through: "o300", wish: "deur" });
    screens.openBeside({ name: "record", operation: "1", kind: "observation", fromList: true }, "record-1");
    expect(screens.leftList).toMatchObject({ focus: "record-1", wish: "deur" });
    screens.openBeside({ name: "record", operation: "2", kind: "observation", fromList: true }, "record-2");
    expect([screens.depth, screens.leftList?.focus]).toEqual([2, "record-2"]);
    screens.back();
    expect(shown.at(-1)).toEqual({ name: "records" });
    expect(screens.returning).toMatchObject({ focus: "record-2", through: "o300", wish: "deur" });
  });

  it("keeps what was looked for where the list is drawn anew without being left, and not where it is opened anew", () => {
    const { screens } = browser();
    screens.open({ name: "records" }, "open-records");
    const drawn = () => screens.listDrawn(() => ({ through: "o300", wish: "deur" }));
    const gone = drawn();
    expect(screens.leftList).toMatchObject({ wish: "deur" });
    const goneToo = drawn();
    gone();
    expect(screens.leftList).toMatchObject({ wish: "deur" });
    screens.back();
    goneToo();
    screens.open({ name: "records" }, "open-records");
    expect(screens.leftList).toBeNull();
  });

  it("keeps ids out of the address", () => {
    const { screens, entries } = browser();
    screens.open({ name: "draft", id: "secret", kind: "observation" });
    expect(entries.at(-1)).toEqual({
      depth: 1,
      screen: { name: "draft", id: "secret", kind: "observation" },
    });
  });
});
