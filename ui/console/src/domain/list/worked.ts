/**
 * The list while it is worked through: what somebody does about an observation is seen at once, in its row and in the
 * numbers. What no longer belongs in the list leaves it, and stands there again where that is undone.
 */
import type { HandlingSummary, ObservationPage, ObservationSummary } from "@baken/bindings";

import type { Work } from "./filters";

/** What left the list, and where it had stood. */
export type Left<Item> = { index: number; item: Item };
export type Worked<Item, Page> = { items: readonly Item[]; page: Page; left: readonly Left<Item>[] };

type InHand = Pick<HandlingSummary, "holder" | "handledAt">;
type Asker = { work: Work; login: string };

export function belongs({ holder, handledAt }: InHand, { work, login }: Asker): boolean {
  const belonging: Record<Work, boolean> = {
    "": handledAt === null,
    mine: handledAt === null && holder === login,
    handled: handledAt !== null,
    all: true,
  };
  return belonging[work];
}

/** The list once `operation` is so in hand. */
export function worked(
  shown: Worked<ObservationSummary, ObservationPage>,
  operation: string,
  handling: HandlingSummary,
  asker: Asker,
): Worked<ObservationSummary, ObservationPage> {
  const index = shown.items.findIndex((item) => item.operation === operation);
  const away = shown.left.find(({ item }) => item.operation === operation);
  const before = shown.items[index] ?? away?.item;
  if (!before) return shown;
  const item = { ...before, handling };
  const page = counted(shown.page, before, item, asker);
  const isHere = belongs(handling, asker);
  const others = shown.left.filter((left) => left !== away);
  if (index >= 0 && isHere) return { items: shown.items.with(index, item), page, left: shown.left };
  if (index >= 0) {
    return { items: shown.items.toSpliced(index, 1), page, left: [{ index, item }, ...others] };
  }
  if (!away || !isHere) return { ...shown, page, left: away ? [{ ...away, item }, ...others] : shown.left };
  return { items: shown.items.toSpliced(away.index, 0, item), page, left: others };
}

/** The numbers above it, as the backend counts them. */
function counted(
  page: ObservationPage,
  before: ObservationSummary,
  now: ObservationSummary,
  asker: Asker,
): ObservationPage {
  const more = (work: Work) =>
    Number(belongs(now.handling, { ...asker, work })) - Number(belongs(before.handling, { ...asker, work }));
  const here = more(asker.work);
  const { open, mine, handled } = page.handlingCounts;
  const urgency = now.strictestUrgency;
  return {
    ...page,
    total: page.total + here,
    apart: now.quarantined ? page.apart + here : page.apart,
    handlingCounts: { open: open + more(""), mine: mine + more("mine"), handled: handled + more("handled") },
    urgencyCounts:
      urgency in page.urgencyCounts || here > 0
        ? { ...page.urgencyCounts, [urgency]: (page.urgencyCounts[urgency] ?? 0) + here }
        : page.urgencyCounts,
  };
}
