import { describe, expect, it } from "vitest";

import { TripleShift } from "./tripleShift";

function answers(presses: [key: string, at: number, repeat?: boolean][]): boolean[] {
  const shift = new TripleShift();
  return presses.map(([key, at, repeat]) => shift.pressed(key, repeat ?? false, at));
}

describe("TripleShift", () => {
  it("answers to the third Shift", () => {
    expect(
      answers([
        ["Shift", 0],
        ["Shift", 200],
        ["Shift", 400],
      ]),
    ).toEqual([false, false, true]);
  });

  it("does not answer when another key came between", () => {
    expect(
      answers([
        ["Shift", 0],
        ["Shift", 200],
        ["a", 300],
        ["Shift", 400],
      ]),
    ).not.toContain(true);
  });

  it("does not answer to slow presses, nor to a key held down", () => {
    expect(
      answers([
        ["Shift", 0],
        ["Shift", 1000],
        ["Shift", 2000],
      ]),
    ).not.toContain(true);
    expect(
      answers([
        ["Shift", 0],
        ["Shift", 50, true],
        ["Shift", 100, true],
      ]),
    ).not.toContain(true);
  });

  it("starts over after it answered", () => {
    expect(
      answers([
        ["Shift", 0],
        ["Shift", 1],
        ["Shift", 2],
        ["Shift", 3],
      ]),
    ).toEqual([false, false, true, false]);
  });
});
