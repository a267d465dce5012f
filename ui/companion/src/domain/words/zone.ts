/**
 * The municipality's time zone. Days and times are its own on every device, wherever that device believes to be. The
 * core hands it over from the signed key directory; until a device is enrolled it is that of the Netherlands.
 * A system that does not know the zone shows that of the Netherlands instead, by name, and the home screen says so.
 */
const UNTIL_ENROLLED = "Europe/Amsterdam";

let zone = UNTIL_ENROLLED;
let unknown: string | null = null;

export const timeZone = (): string => zone;

/** The municipality's zone where this system does not know it. */
export const unknownZone = (): string | null => unknown;

/** Takes over what the core says; null where nobody is enrolled. */
export function useTimeZone(name: string | null): void {
  const known = name === null || isKnown(name);
  zone = known ? (name ?? UNTIL_ENROLLED) : UNTIL_ENROLLED;
  unknown = known ? null : name;
}

function isKnown(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
