import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { IdleWatch } from "./idle";

const LIMIT = 900_000;

describe("IdleWatch", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watch() {
    const onIdle = vi.fn();
    const watched = new IdleWatch(LIMIT, onIdle);
    watched.start();
    return { watched, onIdle };
  }

  it("closes once the time is over, and only once", () => {
    const { onIdle } = watch();
    vi.advanceTimersByTime(LIMIT - 10_000);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(LIMIT);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  it("starts again when somebody is there", () => {
    const { watched, onIdle } = watch();
    vi.advanceTimersByTime(LIMIT - 10_000);
    watched.touched();
    vi.advanceTimersByTime(LIMIT - 10_000);
    expect(onIdle).not.toHaveBeenCalled();
  });

  it("closes at the first touch after a sleep in which no timer ran", () => {
    const { watched, onIdle } = watch();
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    watched.touched();
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  it("closes soon after a sleep though nobody touches anything", () => {
    const { onIdle } = watch();
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    vi.advanceTimersByTime(5_000);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  it("closes nothing after it was stopped, however often it is touched", () => {
    const { watched, onIdle } = watch();
    watched.stop();
    watched.touched();
    vi.advanceTimersByTime(2 * LIMIT);
    watched.touched();
    expect(onIdle).not.toHaveBeenCalled();
  });
});
