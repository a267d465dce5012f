import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { repeatWhileVisible } from "./repeat";

const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
const frame = new EventTarget();
const happens = (target: EventTarget, name: string) => target.dispatchEvent(new Event(name));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", frame);
  page.visibilityState = "visible";
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function repeating() {
  const look = vi.fn();
  return { look, stop: repeatWhileVisible(look) };
}

describe("repeatWhileVisible", () => {
  it("looks every half minute, until it is stopped", () => {
    const { look, stop } = repeating();
    vi.advanceTimersByTime(90_000);
    expect(look).toHaveBeenCalledTimes(3);
    stop();
    vi.advanceTimersByTime(90_000);
    happens(frame, "focus");
    expect(look).toHaveBeenCalledTimes(3);
  });

  it("does not look while nobody sees the page, and once when it comes back", () => {
    const { look, stop } = repeating();
    page.visibilityState = "hidden";
    happens(page, "visibilitychange");
    vi.advanceTimersByTime(300_000);
    expect(look).not.toHaveBeenCalled();
    page.visibilityState = "visible";
    happens(page, "visibilitychange");
    happens(frame, "focus");
    expect(look).toHaveBeenCalledTimes(1);
    stop();
  });

  it("lets an unattended desk fall out of its session, and goes on when somebody is there", () => {
    const { look, stop } = repeating();
    vi.advanceTimersByTime(15 * 60_000);
    const attended = look.mock.calls.length;
    vi.advanceTimersByTime(30 * 60_000);
    expect(look).toHaveBeenCalledTimes(attended);
    happens(frame, "pointerdown");
    vi.advanceTimersByTime(30_000);
    expect(look).toHaveBeenCalledTimes(attended + 1);
    stop();
  });

  function beingTold() {
    const look = vi.fn();
    let changed: () => void = () => undefined;
    let isSteady = true;
    const stop = repeatWhileVisible(look, {
      isSteady: () => isSteady,
      listen: (told) => {
        changed = told;
        return () => (changed = () => undefined);
      },
    });
    const tells = () => {
      changed();
    };
    return { look, stop, tells, steady: (is: boolean) => (isSteady = is) };
  }

  it("looks when it is told and not in between, but at its pace where nobody can tell", () => {
    const { look, stop, tells, steady } = beingTold();
    vi.advanceTimersByTime(90_000);
    expect(look).not.toHaveBeenCalled();
    tells();
    expect(look).toHaveBeenCalledTimes(1);
    steady(false);
    vi.advanceTimersByTime(60_000);
    expect(look).toHaveBeenCalledTimes(3);
    stop();
    tells();
    vi.advanceTimersByTime(60_000);
    expect(look).toHaveBeenCalledTimes(3);
  });

  it("looks once more for what it was told just after a look, and once for much at once", () => {
    const { look, stop, tells } = beingTold();
    vi.advanceTimersByTime(5_000);
    for (let times = 0; times < 9; times += 1) tells();
    expect(look).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1_000);
    expect(look).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(30_000);
    expect(look).toHaveBeenCalledTimes(2);
    stop();
  });

  it("looks for nobody, whatever it is told, and as soon as somebody is there", () => {
    const { look, stop, tells } = beingTold();
    vi.advanceTimersByTime(15 * 60_000);
    tells();
    vi.advanceTimersByTime(60_000);
    expect(look).not.toHaveBeenCalled();
    happens(frame, "keydown");
    expect(look).toHaveBeenCalledTimes(1);
    page.visibilityState = "hidden";
    vi.advanceTimersByTime(2_000);
    tells();
    expect(look).toHaveBeenCalledTimes(1);
    page.visibilityState = "visible";
    happens(page, "visibilitychange");
    expect(look).toHaveBeenCalledTimes(2);
    stop();
  });
});
