/** Bytes to text and back, and their hash. */

export const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export async function sha256(bytes: Uint8Array): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))));
}

/** Standard base64, or URL-safe as DSSE allows. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** Splits off what a 4-byte big-endian length announces; null where it is cut off. */
export function takeFrame(bytes: Uint8Array): { frame: Uint8Array; rest: Uint8Array } | null {
  if (bytes.length < 4) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  if (length > bytes.length - 4) return null;
  return { frame: bytes.subarray(4, 4 + length), rest: bytes.subarray(4 + length) };
}
