import { describe, expect, it } from "vitest";

import { LONGEST, PIECE, SoundPieces } from "./soundPieces";

const bytes = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** The head that the core takes and no other: `recording/spoken/piece.rs`. */
const HEAD = [0x57, 0x41, 0x56, 0x45, 0x66, 0x6d, 0x74, 0x20, 16, 0, 0, 0, 1, 0, 1, 0, 0x80, 0x3e, 0, 0]
  .concat([0x00, 0x7d, 0, 0, 2, 0, 16, 0])
  .concat([0x64, 0x61, 0x74, 0x61]);

describe("SoundPieces", () => {
  it("cuts whole pieces of what comes in messages of any length, and the rest at the end", () => {
    const pieces = new SoundPieces();
    const cut = [1024, PIECE - 1, PIECE, 7].flatMap((count) => pieces.add(new Float32Array(count)));
    expect(cut.map((piece) => bytes(piece).length)).toEqual([44 + 2 * PIECE, 44 + 2 * PIECE]);
    expect(bytes(pieces.rest() ?? "").length).toBe(44 + 2 * (1024 + 6));
    expect(pieces.rest()).toBeNull();
    expect(pieces.samples).toBe(2 * PIECE + 1024 + 6);
  });

  it("writes each as WAV of the one kind, as loud as it was and never louder than can be written", () => {
    const pieces = new SoundPieces();
    pieces.add(Float32Array.of(0, 1, -1, 0.5, 7, -7));
    const piece = bytes(pieces.rest() ?? "");
    expect([...piece.slice(8, 40)]).toEqual(HEAD);
    const view = new DataView(piece.buffer);
    expect([view.getUint32(4, true), view.getUint32(40, true)]).toEqual([piece.length - 8, 12]);
    const samples = Array.from({ length: 6 }, (_, at) => view.getInt16(44 + 2 * at, true));
    expect(samples).toEqual([0, 32_767, -32_767, 16_384, 32_767, -32_767]);
  });

  it("takes in five minutes and not a sample more", () => {
    const pieces = new SoundPieces();
    let cut = pieces.add(new Float32Array(LONGEST - 5)).length;
    expect(pieces.isFull).toBe(false);
    cut += pieces.add(new Float32Array(1024)).length;
    expect([pieces.isFull, pieces.samples]).toEqual([true, LONGEST]);
    expect(cut * PIECE + (bytes(pieces.rest() ?? "").length - 44) / 2).toBe(LONGEST);
    expect(pieces.add(new Float32Array(1024))).toEqual([]);
    expect(pieces.rest()).toBeNull();
  });
});
