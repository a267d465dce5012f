import { describe, expect, it } from "vitest";

import { flacSeconds } from "./flacLength";

/** As the companion writes it: 16,000 samples a second, one channel of 16 bits. */
function head(samples: number): Uint8Array {
  const bytes = new Uint8Array(42);
  bytes.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34, 0x10, 0, 0x10, 0]);
  bytes.set([0x03, 0xe8, 0x00, 0xf0 | Math.floor(samples / 2 ** 32)], 18);
  new DataView(bytes.buffer).setUint32(22, samples % 2 ** 32);
  return bytes;
}

describe("flacSeconds", () => {
  it.each([
    [16_000, 1],
    [4_800_000, 300],
    [2 ** 32 + 16_000, 268_436.456],
  ])("reads %d samples as %d seconds", (samples, seconds) => {
    expect(flacSeconds(head(samples))).toBeCloseTo(seconds);
    const within = new Uint8Array(50);
    within.set(head(samples), 8);
    expect(flacSeconds(within.subarray(8))).toBeCloseTo(seconds);
  });

  it("reads nothing from what is no FLAC, is cut off, begins otherwise or does not say", () => {
    const other = head(16_000);
    other[0] = 0x4f;
    const block = head(16_000);
    block[4] = 4;
    for (const unread of [new Uint8Array(), other, block, head(16_000).slice(0, 41), head(0)])
      expect(flacSeconds(unread)).toBeNull();
  });
});
