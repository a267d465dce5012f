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
});
