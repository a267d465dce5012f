import { describe, expect, it } from "vitest";

import { fromBase64, hex, sha256, takeFrame } from "./bytes";

describe("bytes", () => {
  it("hashes as FIPS 180-4 says", async () => {
    expect(await sha256(new TextEncoder().encode("abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("hashes the part that is seen, not the memory behind it", async () => {
    const behind = new TextEncoder().encode("xabcx");
    expect(await sha256(behind.subarray(1, 4))).toMatch(/^ba7816bf/);
  });

  it("reads both alphabets of base64, and refuses what is none", () => {
    expect(hex(fromBase64("+/+/"))).toBe("fbffbf");
    expect(hex(fromBase64("-_-_"))).toBe("fbffbf");
    expect(() => fromBase64("geen base64!")).toThrow();
  });

  it("takes a frame of the length it announces, and none that is cut off", () => {
    const taken = takeFrame(Uint8Array.from([9, 0, 0, 0, 2, 7, 8, 5]).subarray(1));
    expect(taken && [...taken.frame]).toEqual([7, 8]);
    expect(taken && [...taken.rest]).toEqual([5]);
    expect(takeFrame(Uint8Array.from([0, 0, 0, 2, 7]))).toBeNull();
    expect(takeFrame(Uint8Array.from([0xff, 0xff, 0xff, 0xff, 7]))).toBeNull();
    expect(takeFrame(Uint8Array.from([0, 0, 0]))).toBeNull();
  });
});
