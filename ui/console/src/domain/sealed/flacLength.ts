/**
 * How long a spoken note is, by the head of its FLAC (RFC 9639, 8.2): 20 bits of samples a second and 36 of how many there are.
 * Null where there is no such head, or it does not say.
 */
export function flacSeconds(flac: Uint8Array): number | null {
  const isFlac = [0x66, 0x4c, 0x61, 0x43].every((byte, at) => flac[at] === byte);
  // The first block of metadata is STREAMINFO, of 34 bytes, whether it is the last or not.
  if (!isFlac || flac.length < 42 || ((flac[4] ?? 0) & 0x7f) !== 0) return null;
  const view = new DataView(flac.buffer, flac.byteOffset, flac.byteLength);
  const rate = view.getUint32(18) >>> 12;
  const samples = (view.getUint8(21) & 0x0f) * 2 ** 32 + view.getUint32(22);
  return rate === 0 || samples === 0 ? null : samples / rate;
}
