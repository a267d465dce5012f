/**
 * The municipality's mark out of an invitation's typed code, as a device shows it before it enrols, for the eye to
 * compare: the 16 characters of the root key's fingerprint that follow the 11 of the secret (docs/PROTOCOL.md).
 */
import { inFours } from "@baken/shared";

const SECRET = 11;
const MARK = 16;

export function municipalityMark(code: string): string {
  return inFours(code.replaceAll(/[\s-]/g, "").slice(SECRET, SECRET + MARK));
}
