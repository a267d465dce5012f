/**
 * Unpacking one zstd frame (RFC 8878) within bounds: what a frame asks for is read before anything of that
 * size is allocated, so a small file cannot fill the memory. The unpacking itself is fzstd's.
 * Deliberately absent: dictionaries, and frames after the first; no companion makes them.
 */
import { Decompress } from "fzstd";

/** The window every decoder should support (RFC 8878, 3.1.1.1.2). */
const WINDOW_BYTES = 8 * 1024 * 1024;
const MAGIC = 0xfd2fb528;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;

/** The unpacked bytes; null where the frame is malformed or would become larger than `limit`. */
export function unpack(frame: Uint8Array, limit: number): Uint8Array | null {
  if (!asksLittle(frame, limit)) return null;
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const stream = new Decompress((part) => {
      size += part.length;
      if (size > limit) throw new RangeError("larger than allowed");
      // The stream writes on in this memory: what was handed over has to be copied.
      parts.push(part.slice());
    });
    stream.push(frame, true);
  } catch {
    return null;
  }
  const out = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Whether window and content size are within bounds, no dictionary is meant, and nothing follows the frame. */
function asksLittle(frame: Uint8Array, limit: number): boolean {
  if (frame.length < 6) return false;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const descriptor = view.getUint8(4);
  if (view.getUint32(0, true) !== MAGIC || (descriptor & 0b1000) !== 0) return false;
  const singleSegment = (descriptor & 0b10_0000) !== 0;
  const dictionaryBytes = DICTIONARY_ID_BYTES[descriptor & 0b11] ?? 0;
  if (dictionaryBytes !== 0) return false;
  const at = singleSegment ? 5 : 6;
  const content = contentSize(view, at, descriptor >> 6, singleSegment);
  if (content === null || content.size > limit) return false;
  if (!singleSegment && windowSize(view.getUint8(5)) > WINDOW_BYTES) return false;
  const checksumBytes = (descriptor & 0b100) === 0 ? 0 : 4;
  return endOfBlocks(view, content.end) === view.byteLength - checksumBytes;
}

/** Where the last block ends, by the blocks' own headers; null where one is cut off. */
function endOfBlocks(view: DataView, start: number): number | null {
  for (let at = start; at + 3 <= view.byteLength;) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const repeatsOneByte = ((header >> 1) & 0b11) === 1;
    at += 3 + (repeatsOneByte ? 1 : header >> 3);
    if ((header & 1) !== 0) return at;
  }
  return null;
}

/** Window_Descriptor: five bits of exponent, three of mantissa. */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 0b111);
}

/** Frame_Content_Size and where it ends; size 0 where the frame does not say, null where it is cut off. */
function contentSize(view: DataView, at: number, flag: number, singleSegment: boolean) {
  const bytes = [singleSegment ? 1 : 0, 2, 4, 8][flag] ?? 0;
  const end = at + bytes;
  if (end > view.byteLength) return null;
  switch (bytes) {
    case 1:
      return { size: view.getUint8(at), end };
    case 2:
      return { size: view.getUint16(at, true) + 256, end };
    case 4:
      return { size: view.getUint32(at, true), end };
    case 8:
      return { size: Number(view.getBigUint64(at, true)), end };
    default:
      return { size: 0, end };
  }
}
