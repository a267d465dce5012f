/**
 * What a member reads out of their own key, as `protocol::seal::KeyFingerprint` says it too: the first 100 bits of SHA-256 over
 * `baken member key v1 ` and the age recipient, as 20 characters of Crockford's base 32.
 */
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARS = 20;

export async function keyFingerprint(recipient: string): Promise<string> {
  const digest = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`baken member key v1 ${recipient}`)),
  );
  let text = "";
  for (let at = 0; at < CHARS; at += 1) {
    const bit = at * 5;
    const pair = ((digest[bit >> 3] ?? 0) << 8) | (digest[(bit >> 3) + 1] ?? 0);
    text += SYMBOLS[(pair >> (11 - (bit & 7))) & 31] ?? "";
  }
  return text;
}

/** In groups of four, as people read it aloud. */
export const inFours = (text: string): string => (text.match(/.{1,4}/g) ?? []).join("-");

/** What somebody typed, without what stands between the groups; nothing where it cannot be one. */
export function typedFingerprint(text: string): string | null {
  const plain = text
    .replace(/[\s\u00a0-]/g, "")
    .toUpperCase()
    .replace(/[IL]/g, "1")
    .replace(/O/g, "0");
  return /^[0-9A-HJKMNP-TV-Z]{20}$/.test(plain) ? plain : null;
}
