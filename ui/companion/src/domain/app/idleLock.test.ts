import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { EXPECTED_ABSENCE_MS, IdleLock, RETURN_MS, TELL_MS } from "./idleLock";

const IDLE_MS = 60_000;

function lockAt(start = 1_000_000) {
  const clock = { now: start };
  const lock = vi.fn();
  const tellCore = vi.fn();
  const idle = new IdleLock({ now: () => clock.now, idleMs: () => IDLE_MS, lock, tellCore });
  idle.start();
  const pass = (milliseconds: number) => {
    clock.now += milliseconds;
    idle.check();
  };
  return { idle, lock, pass, clock, tellCore };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("IdleLock", () => {
  it("locks when nobody touched the screen for the set time", () => {
    const { lock, pass } = lockAt();
    pass(IDLE_MS - 1);
    expect(lock).not.toHaveBeenCalled();
    pass(1);
    expect(lock).toHaveBeenCalledOnce();
  });

  it("counts from the last touch", () => {
    const { idle, lock, pass } = lockAt();
    pass(IDLE_MS - 1);
    idle.touched();
    pass(IDLE_MS - 1);
    expect(lock).not.toHaveBeenCalled();
  });

  it("tells the core of touches, now and then", () => {
    const { idle, pass, tellCore } = lockAt();
    idle.touched();
    idle.touched();
    expect(tellCore).toHaveBeenCalledOnce();
    pass(TELL_MS);
    idle.touched();
    expect(tellCore).toHaveBeenCalledTimes(2);
    idle.stop();
    pass(TELL_MS);
    idle.touched();
    expect(tellCore).toHaveBeenCalledTimes(2);
  });

  it("locks on return when the timers slept", () => {
    const { idle, lock, clock } = lockAt();
    clock.now += 10 * IDLE_MS;
    idle.check();
    expect(lock).toHaveBeenCalledOnce();
  });

  it("locks at once when it goes out of sight", () => {
    const { idle, lock } = lockAt();
    idle.hidden();
    expect(lock).toHaveBeenCalledOnce();
  });

  it("lets the camera cover the app, but not for long", () => {
    const { idle, lock, pass } = lockAt();
    idle.expectAbsence();
    idle.hidden();
    pass(EXPECTED_ABSENCE_MS - 1);
    expect(lock).not.toHaveBeenCalled();
    pass(1);
    expect(lock).toHaveBeenCalledOnce();
  });

  it("locks on going out of sight again once the camera answered, also when it answers just before the return", () => {
    for (const order of ["answered, shown", "shown, answered"]) {
      const { idle, lock } = lockAt();
      idle.expectAbsence();
      idle.hidden();
      if (order === "answered, shown") idle.absenceEnded();
      idle.shown();
      if (order === "shown, answered") idle.absenceEnded();
      expect(lock).not.toHaveBeenCalled();
      idle.hidden();
      expect(lock).toHaveBeenCalledOnce();
    }
  });

  it("locks when what it waited for is over and the app stays out of sight", () => {
    const { idle, lock, pass } = lockAt();
    idle.expectAbsence();
    idle.hidden();
    pass(3000);
    idle.absenceEnded();
    pass(RETURN_MS - 1);
    expect(lock).not.toHaveBeenCalled();
    pass(1);
    expect(lock).toHaveBeenCalledOnce();
  });

  it("gives no more time to an absence that was nearly over when its answer came", () => {
    const { idle, lock, pass } = lockAt();
    idle.expectAbsence();
    idle.hidden();
    pass(EXPECTED_ABSENCE_MS - 1);
    idle.absenceEnded();
    pass(1);
    expect(lock).toHaveBeenCalledOnce();
  });

  it("expects no second absence once the camera was left without an answer", () => {
    const { idle, lock, pass } = lockAt();
    idle.expectAbsence();
    idle.hidden();
    pass(3000);
    idle.shown();
    pass(5000);
    expect(lock).not.toHaveBeenCalled();
    idle.hidden();
    expect(lock).toHaveBeenCalledOnce();
  });

  it("does not lock while a file is chosen in a window that stays in sight", () => {
    const { idle, lock, pass } = lockAt();
    idle.expectAbsence();
    pass(EXPECTED_ABSENCE_MS);
    expect(lock).not.toHaveBeenCalled();
    pass(IDLE_MS);
    expect(lock).toHaveBeenCalledOnce();
  });

  it("does nothing while stopped", () => {
    const { idle, lock, pass } = lockAt();
    idle.stop();
    idle.hidden();
    pass(10 * IDLE_MS);
    expect(lock).not.toHaveBeenCalled();
  });

  it("checks by itself every second", () => {
    const { lock, clock } = lockAt();
    clock.now += IDLE_MS;
    vi.advanceTimersByTime(1000);
    expect(lock).toHaveBeenCalled();
  });
});
