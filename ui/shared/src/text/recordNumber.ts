/**
 * A record's short number, the same on the device and in the office, so that both can name it over the telephone.
 * It is the end of the operation's id: ids made in the same minute begin alike. It names a record to people; whatever
 * must not be mistaken goes by the whole id.
 */

/** The end of an id, by which people tell one from another. */
export const shortId = (id: string): string => id.slice(-8);

/** To be read out and written down: "7C1A-09E4". */
export function recordNumber(operation: string): string {
  const end = shortId(operation).toUpperCase();
  return `${end.slice(0, 4)}-${end.slice(4)}`;
}
