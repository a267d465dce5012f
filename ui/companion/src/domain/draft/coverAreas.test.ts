import { describe, expect, it } from "vitest";

import { byKey, drawn, inTheMiddle, onPhoto } from "./coverAreas";

const photo = { width: 1000, height: 500 };

describe("an area that covers a part of a photo", () => {
  it("is drawn in the photo's own pixels, from any corner, and never outside it", () => {
    const box = { left: 10, top: 20, width: 100, height: 50 };
    const from = onPhoto({ x: 60, y: 45 }, box, photo);
    expect(from).toEqual({ x: 500, y: 250 });
    const to = onPhoto({ x: 0, y: 400 }, box, photo);
    expect(to).toEqual({ x: 0, y: 500 });
    const area = { left: 0, top: 250, width: 500, height: 250 };
    expect(drawn(from, to)).toEqual(area);
    expect(drawn(to, from)).toEqual(area);
  });

  it("is not drawn by a touch that went nowhere", () => {
    expect(drawn({ x: 5, y: 5 }, { x: 7, y: 200 })).toBeNull();
  });

  it("begins in the middle for whoever has no pointer", () => {
    expect(inTheMiddle(photo)).toEqual({ left: 400, top: 200, width: 200, height: 100 });
    expect(inTheMiddle({ width: 1, height: 1 })).toEqual({ left: 0, top: 0, width: 1, height: 1 });
  });

  it("is moved by the arrow keys and sized by them with Shift, within the photo", () => {
    const area = { left: 975, top: 5, width: 20, height: 20 };
    expect(byKey(area, "ArrowRight", false, photo)).toEqual({ ...area, left: 980 });
    expect(byKey(area, "ArrowUp", false, photo)).toEqual({ ...area, top: 0 });
    expect(byKey(area, "ArrowRight", true, photo)).toEqual({ ...area, width: 25 });
    expect(byKey(area, "ArrowUp", true, photo)).toEqual({ ...area, height: 10 });
    expect(byKey({ ...area, height: 9 }, "ArrowUp", true, photo)).toEqual({ ...area, height: 8 });
    expect(byKey(area, "Tab", false, photo)).toBeNull();
  });
});
