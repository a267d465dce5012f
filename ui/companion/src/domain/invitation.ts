/**
 * The invitation as people type and paste it. Typed: 28 characters of Crockford's base32 in groups of four
 * (https://www.crockford.com/base32.html), where O reads as 0 and I and L as 1. Pasted: `baken:ADDRESS#CODE`.
 * Deliberately absent: the check of the code itself; the device core does that.
 */
const CODE_CHARACTERS = 28;
const GROUP = 4;

/** What was typed, in capitals and groups of four: `abcd efgh1` becomes `ABCD-EFGH-1`. */
export function groupedCode(typed: string): string {
  const characters = typed
    .toUpperCase()
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1")
    .replaceAll(/[^0-9A-Z]/g, "")
    .slice(0, CODE_CHARACTERS);
  return inGroups(characters, "-");
}

/** How many characters of the code are still to be typed. */
export function charactersLeft(typed: string): number {
  return CODE_CHARACTERS - groupedCode(typed).replaceAll("-", "").length;
}

/** A fingerprint in groups of four, as both people read it aloud. */
export function groupedFingerprint(fingerprint: string): string {
  return inGroups(fingerprint.replaceAll(/[\s-]/g, ""), " ");
}

function inGroups(characters: string, separator: string): string {
  const groups: string[] = [];
  for (let start = 0; start < characters.length; start += GROUP)
    groups.push(characters.slice(start, start + GROUP));
  return groups.join(separator);
}
