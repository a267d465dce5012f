/**
 * JSON of a device's making, with one meaning and one spelling, as the backend's programs read it. `JSON.parse` takes
 * the last of two members of one name, `5.2e7` for a whole number and half an emoji for a text, and a decoder drops a
 * byte order mark in silence: then the browser would show what no verifier sees.
 */

const HALF_A_PAIR = /\p{Surrogate}/u;

/** What `bytes` say, if they are strict JSON and written as it would be written again; null where they are not. */
export function strictJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text, whole);
    return JSON.stringify(value) === text ? value : null;
  } catch {
    return null;
  }
}

/** Whether `read`, with every member a message of its kind has in its order, is all that `json` says. */
export const saysNoMore = (json: unknown, read: unknown): boolean =>
  JSON.stringify(json) === JSON.stringify(read);

function whole(name: string, value: unknown): unknown {
  const text = typeof value === "string" ? name + value : name;
  if (HALF_A_PAIR.test(text) || (typeof value === "number" && !Number.isSafeInteger(value))) {
    throw new SyntaxError();
  }
  return value;
}
