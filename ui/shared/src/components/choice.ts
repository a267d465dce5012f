/** One answer that can be chosen in a list, and the keys under which groups of them are shown. */
export type Choice = { value: string; label: string; description?: string };

export type ChoiceGroup = { key: string; label: string; choices: readonly Choice[] };

/** The same list with `value` put in or taken out; the order of choosing is kept. */
export function toggled(values: readonly string[], value: string): string[] {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
}

/** Whether a choice fits what was typed: case and accents do not count. */
export function fits(choice: Choice, query: string): boolean {
  return plain(choice.label).includes(plain(query)) || plain(choice.value) === plain(query);
}

function plain(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .trim();
}
