import { describe, expect, it } from "vitest";

import { larger, shownSize, smaller, ZOOM_STEPS } from "./photoZoom";

describe("a photo that is shown large", () => {
  it("fits at first, in its own shape", () => {
    expect(shownSize({ width: 1200, height: 1600 }, { width: 360, height: 600 }, 1)).toEqual({
      width: 360,
      height: 480,
    });
    expect(shownSize({ width: 2560, height: 474 }, { width: 360, height: 600 }, 1)).toEqual({
      width: 360,
      height: 66,
    });
  });

  it("grows by steps and no further than the last", () => {
    let zoom = 1;
    for (const step of ZOOM_STEPS) {
      expect(zoom).toBe(step);
      zoom = larger(zoom);
    }
    expect(larger(zoom)).toBe(zoom);
    expect(smaller(1.5)).toBe(1);
    expect(smaller(1)).toBe(1);
  });

  it("never becomes nothing", () => {
    expect(shownSize({ width: 2560, height: 1 }, { width: 300, height: 300 }, 1)).toEqual({
      width: 300,
      height: 1,
    });
  });
});
