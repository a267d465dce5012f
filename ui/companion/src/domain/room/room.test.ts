import { describe, expect, it } from "vitest";

import { roomOf, type View } from "./room";

const TOLD = { top: 32, right: 0, bottom: 24, left: 0, keyboard: 0, height: 740 };
const KEYBOARD = { ...TOLD, keyboard: 370 };
const whole = (height: number): View => ({ height, seen: { height, offsetTop: 0, scale: 1 } });

describe("the room of the page", () => {
  it("is the browser's to say where no platform tells it", () => {
    expect(roomOf(null, whole(740))).toEqual({ edges: null, covered: 0 });
    expect(roomOf(null, { height: 740, seen: null })).toEqual({ edges: null, covered: 0 });
  });

  it("is without bars and cut-outs as the platform tells them", () => {
    expect(roomOf(TOLD, whole(740))).toEqual({
      edges: { top: 32, right: 0, bottom: 24, left: 0 },
      covered: 0,
    });
  });

  it("is without the keyboard where the web view makes no room for it, and the bar under it takes none", () => {
    expect(roomOf(KEYBOARD, whole(740))).toEqual({
      edges: { top: 32, right: 0, bottom: 0, left: 0 },
      covered: 370,
    });
  });

  it("does not lose twice what the web view gave way already", () => {
    expect(roomOf(KEYBOARD, whole(370)).covered).toBe(0);
    expect(roomOf(KEYBOARD, whole(394)).covered, "it stayed above the bar").toBe(24);
    const seenLess = { height: 740, seen: { height: 370, offsetTop: 0, scale: 1 } };
    expect(roomOf(KEYBOARD, seenLess).covered).toBe(370);
    expect(roomOf(null, seenLess).covered, "nobody told of a keyboard").toBe(370);
  });

  it("counts what was scrolled past above as seen", () => {
    expect(roomOf(null, { height: 740, seen: { height: 370, offsetTop: 100, scale: 1 } }).covered).toBe(270);
  });

  it("takes no page that somebody enlarged for one with a keyboard, nor rounding for anything", () => {
    expect(roomOf(null, { height: 740, seen: { height: 370, offsetTop: 0, scale: 2 } }).covered).toBe(0);
    expect(roomOf(null, { height: 740, seen: { height: 739.6, offsetTop: 0, scale: 1 } }).covered).toBe(0);
  });
});
