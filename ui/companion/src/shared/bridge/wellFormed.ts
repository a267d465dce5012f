/**
 * Half an emoji is a string in JavaScript and no text anywhere else: the core cannot take it in, and a call that
 * holds one is refused whole. Each half becomes U+FFFD on the way to the core; what is on screen stays as it is, since
 * the other half may still come.
 */
export function wellFormed<Value>(value: Value): Value {
  return repaired(value) as Value;
}

function repaired(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(/\p{Surrogate}/gu, "\uFFFD");
  if (Array.isArray(value)) return value.map(repaired);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, repaired(part)]));
  return value;
}
