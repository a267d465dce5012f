/**
 * The municipality's mark out of an invitation's typed code, as a device shows it before it enrols, for the eye to
 * compare: the 16 characters of the root key's fingerprint that follow the 11 of the secret (docs/PROTOCOL.md).
 */
const SECRET = 11;
const MARK = 16;

export function municipalityMark(code: string): string {
  const characters = code.replaceAll(/[\s-]/g, "").slice(SECRET, SECRET + MARK);
  return characters.match(/.{1,4}/g)?.join(" ") ?? "";
}
