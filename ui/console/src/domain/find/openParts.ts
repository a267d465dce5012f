/** Filters of the inbox whose names are like what was typed: what is open is found without a key. */
import type { DeviceSummary, Vocabulary } from "@baken/bindings";
import { shownText } from "@baken/shared";

import { inboxPath, noFilters, queryOf, type FilterName } from "../list/filters";
import { label } from "../words/terms";

export type OpenMatch = { filter: FilterName; name: string; path: string };

const MOST = 8;
const SHORTEST = 2;
const plain = (text: string) =>
  text
    .normalize("NFD")
    .replace(/[\p{M}\u00ad]/gu, "")
    .toLowerCase();

export function openMatches(
  typed: string,
  vocabulary: Vocabulary,
  devices: readonly DeviceSummary[],
): OpenMatch[] {
  const words = plain(typed)
    .split(/\s+/u)
    .filter((word) => word.length >= SHORTEST);
  if (words.length === 0) return [];
  const of = (filter: FilterName, terms: readonly { code: string }[]) =>
    terms.map(({ code }) => ({ filter, value: code, name: label(terms as never, code) }));
  const all = [
    ...of("placeKind", vocabulary.placeKinds),
    ...of("district", vocabulary.districts),
    ...of("form", vocabulary.exploitationForms),
    ...of("urgency", vocabulary.urgencies),
    ...devices.map((it) => ({ filter: "device" as const, value: it.device, name: shownText(it.label) })),
  ];
  return all
    .filter(({ name }) => words.some((word) => plain(name).includes(word)))
    .slice(0, MOST)
    .map(({ filter, value, name }) => ({
      filter,
      name,
      path: inboxPath(queryOf({ ...noFilters(), [filter]: value, work: "all" })),
    }));
}
