/**
 * Indicators that may fit what was written, what was seen before in this inspection, the form and the kind of place. Each
 * gives its reason, the clearest first. They are prompts: never chosen by the app, and there is no score.
 */
import type { Indicator, IndicatorGroup, ObservationForm, Vocabulary } from "@baken/bindings";

export type Reason =
  | { kind: "words"; words: string }
  | { kind: "earlier" }
  | { kind: "form"; code: string }
  | { kind: "place"; code: string };
export type Suggestion = { indicator: Indicator; reason: Reason };

type About = Pick<ObservationForm, "narrative" | "indicators" | "forms"> & {
  place: Pick<ObservationForm["place"], "kind">;
};

/** A word that stands for many indicators says too little to suggest one. */
const COMMON = 3;
/** One of fewer letters is found in too many sentences. */
const SHORTEST = 4;
/** As many of a group as are shown for it. */
const OF_A_GROUP = 2;

export function suggestions(form: About, earlier: readonly string[], vocabulary: Vocabulary): Suggestion[] {
  const all = vocabulary.indicatorGroups.flatMap(({ indicators }) => indicators);
  const found = new Map<string, Suggestion>();
  const add = (indicator: Indicator | undefined, reason: Reason) => {
    if (!indicator || form.indicators.includes(indicator.code) || found.has(indicator.code)) return;
    found.set(indicator.code, { indicator, reason });
  };
  for (const { indicator, words } of written(form.narrative, all)) add(indicator, { kind: "words", words });
  for (const code of earlier)
    add(
      all.find((indicator) => indicator.code === code),
      { kind: "earlier" },
    );
  for (const group of groupsInOrder(form, vocabulary)) {
    const reason = groupReason(group, form);
    if (reason) for (const indicator of group.indicators.slice(0, OF_A_GROUP)) add(indicator, reason);
  }
  return [...found.values()];
}

/** The groups, those for this kind of place and these forms before the others. */
export function groupsInOrder(
  form: Pick<About, "forms" | "place">,
  vocabulary: Vocabulary,
): IndicatorGroup[] {
  const rank = (group: IndicatorGroup) => {
    const reason = groupReason(group, form);
    return reason?.kind === "place" ? 0 : reason ? 1 : 2;
  };
  return [...vocabulary.indicatorGroups].sort((one, other) => rank(one) - rank(other));
}

/** Lists of an older vocabulary are not there. */
type MaybeOlder = Partial<Pick<IndicatorGroup, "forms" | "placeKinds">>;

function groupReason(group: IndicatorGroup, form: Pick<About, "forms" | "place">): Reason | null {
  const { forms, placeKinds } = group as MaybeOlder;
  const { kind } = form.place;
  if (kind !== null && placeKinds?.includes(kind)) return { kind: "place", code: kind };
  const code = form.forms.find((chosen) => forms?.includes(chosen));
  return code === undefined ? null : { kind: "form", code };
}

/** Those whose words stand in a text: several words in a row before one, and one that means few things before others. */
function written(text: string, all: readonly Indicator[]): { indicator: Indicator; words: string }[] {
  const said = plain(text)
    .split(/[^\p{L}\p{N}']+/u)
    .filter(Boolean);
  const owners = new Map<string, number>();
  for (const { keywords } of all)
    for (const keyword of keywords) owners.set(keyword, (owners.get(keyword) ?? 0) + 1);
  const matches = all.flatMap((indicator) => {
    const words = indicator.keywords
      .filter((keyword) => (owners.get(keyword) ?? 0) <= COMMON && stands(keyword, said))
      .sort((one, other) => weight(other) - weight(one))[0];
    return words === undefined ? [] : [{ indicator, words }];
  });
  return matches.sort((one, other) => weight(other.words) - weight(one.words));
}

const weight = (keyword: string): number => keyword.split(" ").length;

function stands(keyword: string, said: readonly string[]): boolean {
  const sought = plain(keyword).split(" ");
  if (sought.length === 1 && keyword.length < SHORTEST) return false;
  return said.some((_, start) => sought.every((word, index) => said[start + index] === word));
}

const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase();
