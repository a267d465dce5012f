/** One answer that can be chosen in a list; `keywords` are further words it is found by. */
export type Choice = { value: string; label: string; description?: string; keywords?: readonly string[] };

export type ChoiceGroup = { key: string; label: string; choices: readonly Choice[] };

/**
 * The same list with `value` put in or taken out; the order of choosing is kept. `sole` is the answer that stands
 * alone: choosing it takes out all others, and choosing another takes it out.
 */
export function toggled(values: readonly string[], value: string, sole?: string): string[] {
  if (values.includes(value)) return values.filter((other) => other !== value);
  return value === sole ? [value] : [...values.filter((other) => other !== sole), value];
}

/**
 * Whether a choice fits what was typed: every word typed begins a word of its label or of its keywords, or all of
 * it is the choice's code. Case and accents do not count.
 */
export function fits(choice: Choice, query: string): boolean {
  const sought = words(query);
  if (sought.length === 0 || plain(choice.value) === plain(query)) return true;
  const known = [choice.label, ...(choice.keywords ?? [])].flatMap(words);
  return sought.every((word) => known.some((candidate) => candidate.startsWith(word)));
}

function words(text: string): string[] {
  return plain(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** Without accents, and without the soft hyphens of a label that may break. */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/[\p{Diacritic}\u00ad]/gu, "")
    .toLowerCase()
    .trim();
}
