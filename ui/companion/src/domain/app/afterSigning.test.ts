import { describe, expect, it } from "vitest";

import { AFTER_SIGNING_MS, AfterSigning } from "./afterSigning.svelte";

/** A clock that stands still until it is moved. */
function handClock() {
  let time = 0;
  const waiting: { at: number; run: () => void }[] = [];
  return {
    now: () => time,
    after: (milliseconds: number, run: () => void) => void waiting.push({ at: time + milliseconds, run }),
    pass(milliseconds: number) {
      time += milliseconds;
      for (const { run } of waiting
        .splice(0)
        .filter(({ at, run }) => at <= time || !waiting.push({ at, run })))
        run();
    },
  };
}

describe("AfterSigning", () => {
  it("holds the main actions back for a second after signing", () => {
    const clock = handClock();
    const signing = new AfterSigning(clock);
    expect(signing.settling).toBe(false);
    signing.signed();
    expect(signing.settling).toBe(true);
    clock.pass(AFTER_SIGNING_MS - 1);
    expect(signing.settling).toBe(true);
    clock.pass(1);
    expect(signing.settling).toBe(false);
  });

  it("counts from the last signing", () => {
    const clock = handClock();
    const signing = new AfterSigning(clock);
    signing.signed();
    clock.pass(AFTER_SIGNING_MS - 1);
    signing.signed();
    clock.pass(1);
    expect(signing.settling).toBe(true);
    clock.pass(AFTER_SIGNING_MS);
    expect(signing.settling).toBe(false);
  });
});
