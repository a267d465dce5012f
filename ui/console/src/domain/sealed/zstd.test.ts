import { describe, expect, it } from "vitest";

import { fromBase64 } from "../message/bytes";
import { unpack } from "./zstd";

const TEXT = "In het ruim slapen zes man op vier bedden. ".repeat(12);
const LIMIT = 1024;
/** TEXT as zstd 1.5.4 packs it. */
const PACKED = {
  "with its size and a checksum":
    "KLUv/WQEAaUBALQCSW4gaGV0IHJ1aW0gc2xhcGVuIHplcyBtYW4gb3AgdmllciBiZWRkZW4uIAEAs3aqKgOABOla",
  "with its size alone":
    "KLUv/WAEAaUBALQCSW4gaGV0IHJ1aW0gc2xhcGVuIHplcyBtYW4gb3AgdmllciBiZWRkZW4uIAEAs3aqKgM=",
  "as a stream, without its size":
    "KLUv/QRYpQEAtAJJbiBoZXQgcnVpbSBzbGFwZW4gemVzIG1hbiBvcCB2aWVyIGJlZGRlbi4gAQCzdqoqA4AE6Vo=",
} as const;
const frame = (name: keyof typeof PACKED = "with its size alone") => fromBase64(PACKED[name]);
const words = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes);

/** A frame by hand: descriptor and what follows it, and blocks as [type, size in the header, content]. */
function byHand(descriptor: number[], blocks: [type: number, size: number, content: number[]][]) {
  const body = blocks.flatMap(([type, size, content], index) => {
    const header = (size << 3) | (type << 1) | (index === blocks.length - 1 ? 1 : 0);
    return [header & 0xff, (header >> 8) & 0xff, (header >> 16) & 0xff, ...content];
  });
  return Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, ...descriptor, ...body]);
}
const RAW = 0;
const REPEAT = 1;

describe("unpack", () => {
  it.each(Object.keys(PACKED) as (keyof typeof PACKED)[])("unpacks a frame %s", (name) => {
    expect(words(unpack(frame(name), LIMIT))).toBe(TEXT);
  });

  it("unpacks raw and repeated blocks", () => {
    const stored = byHand(
      [0x20, 6],
      [
        [RAW, 3, [104, 111, 105]],
        [REPEAT, 3, [33]],
      ],
    );
    expect(words(unpack(stored, LIMIT))).toBe("hoi!!!");
  });

  it("refuses a frame that says it becomes larger than allowed", () => {
    expect(unpack(frame(), TEXT.length)).not.toBeNull();
    expect(unpack(frame(), TEXT.length - 1)).toBeNull();
  });

  it("refuses a frame that becomes larger than allowed without saying so", () => {
    const blocks: [number, number, number[]][] = Array.from({ length: 64 }, () => [REPEAT, 131_072, [0]]);
    // 320 bytes that would become 8 MiB, in a window of 128 KiB.
    expect(unpack(byHand([0x00, 0x38], blocks), 1024 * 1024)).toBeNull();
  });

  it("refuses a window beyond 8 MiB before taking the memory for it", () => {
    const within = byHand([0x00, 0x68], [[RAW, 1, [120]]]);
    const beyond = byHand([0x00, 0x69], [[RAW, 1, [120]]]);
    expect(words(unpack(within, LIMIT))).toBe("x");
    expect(unpack(beyond, LIMIT)).toBeNull();
  });

  it("refuses a content size beyond what is allowed before taking the memory for it", () => {
    const announced = (size: number[]) => byHand([0xa0, ...size], [[RAW, 1, [120]]]);
    expect(words(unpack(announced([1, 0, 0, 0]), LIMIT))).toBe("x");
    expect(unpack(announced([0, 0, 0, 0x40]), LIMIT)).toBeNull();
  });

  it("refuses a dictionary", () => {
    expect(unpack(byHand([0x21, 7, 1], [[RAW, 1, [120]]]), LIMIT)).toBeNull();
  });

  it("refuses a frame that is cut off anywhere", () => {
    const whole = frame("with its size and a checksum");
    for (let length = 0; length < whole.length; length++) {
      expect(unpack(whole.subarray(0, length), LIMIT), `cut at ${length}`).toBeNull();
    }
  });

  it("refuses anything behind the frame, a second frame too", () => {
    const whole = frame();
    expect(unpack(Uint8Array.from([...whole, 0]), LIMIT)).toBeNull();
    expect(unpack(Uint8Array.from([...whole, ...whole]), LIMIT * 2)).toBeNull();
  });

  it("refuses what is no zstd", () => {
    expect(unpack(new TextEncoder().encode("dit is gewone tekst"), LIMIT)).toBeNull();
    expect(unpack(new Uint8Array(0), LIMIT)).toBeNull();
  });
});
