/**
 * The invitation as people type and paste it. Typed: 32 characters of Crockford's base32 in groups of four
 * (https://www.crockford.com/base32.html), where O reads as 0 and I and L as 1. Pasted: `baken:ADDRESS#CODE`.
 * Deliberately absent: the check of the code itself; the device core does that.
 */
import { inFours } from "@baken/shared";

const CODE_CHARACTERS = 32;

const LINK = new RegExp(`baken:\\s*(\\S+?)\\s*#\\s*((?:[0-9a-z][-\\s]*){${CODE_CHARACTERS}})`, "i");
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

/** The invitation in whatever it was pasted with: a letter, quotes, a line broken by a mail. Null where there is none. */
export function pastedInvitation(text: string): string | null {
  const [, address, code] = LINK.exec(text.replaceAll(INVISIBLE, "")) ?? [];
  return address && code ? `baken:${backendAddress(address)}#${groupedCode(code)}` : null;
}

/**
 * The address of a municipality as it was typed or copied from a browser: with a path or spaces around it, without
 * a scheme, or pasted behind the one that stood there already. What is left is for the core to decide on.
 */
export function backendAddress(text: string): string {
  const typed = text.replaceAll(INVISIBLE, "").trim();
  const [, scheme, host] =
    /^[<("'“‘]*(?:baken:)?(?:([a-z][a-z0-9+.-]*):\/\/\s*)*([^/?#\s>)"'”’,;]+)/i.exec(typed) ?? [];
  if (host === undefined) return typed;
  return `${(scheme ?? "https").toLowerCase()}://${host.toLowerCase()}`;
}

/** What the core is asked to read: a whole invitation wherever it was pasted, or else a code and an address. */
export function invitationOf(
  way: "paste" | "type",
  { pasted, code, address }: { pasted: string; code: string; address: string },
): { text: string; address: string | null } {
  const whole = (way === "paste" ? [pasted] : [code, address])
    .map(pastedInvitation)
    .find((it) => it !== null);
  if (whole) return { text: whole, address: null };
  if (way === "paste") return { text: pasted.trim(), address: null };
  return { text: code, address: backendAddress(address) };
}

/** What was typed, in capitals and groups of four: `abcd efgh1` becomes `ABCD-EFGH-1`. */
export function groupedCode(typed: string): string {
  const characters = typed
    .toUpperCase()
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1")
    .replaceAll(/[^0-9A-Z]/g, "")
    .slice(0, CODE_CHARACTERS);
  return inFours(characters, "-");
}

/** How many characters of the code are still to be typed. */
export function charactersLeft(typed: string): number {
  return CODE_CHARACTERS - groupedCode(typed).replaceAll("-", "").length;
}

/** A fingerprint in groups of four, as both people read it aloud. */
export function groupedFingerprint(fingerprint: string): string {
  return inFours(fingerprint.replaceAll(/[\s-]/g, ""));
}
