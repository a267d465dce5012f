/**
 * What a second look at a list brings, compared with what is on screen. Records are told apart by their operation:
 * a device chooses the id of the entity, and two records may claim the same one.
 */
import type { DeviceSummary } from "@baken/bindings";

export type Listed = { operation: string };

/**
 * How many records there are that are not on screen: by the count, where there is one, and by the first page. What stands
 * at its end may have moved up from a page that was never opened, since what stood before it was finished.
 */
export function newRecords(
  shown: readonly Listed[],
  total: number | undefined,
  fresh: { items: readonly Listed[]; total?: number },
  isWhole = false,
): number {
  const known = new Set(shown.map(({ operation }) => operation));
  const lastKnown = fresh.items.findLastIndex(({ operation }) => known.has(operation));
  const looked = isWhole || lastKnown < 0 ? fresh.items : fresh.items.slice(0, lastKnown);
  return Math.max(without(shown, looked).length, (fresh.total ?? 0) - (total ?? 0));
}

/**
 * Which records came in since: of the last received, first the latest, as many as there are new. Not all that are
 * not on screen: what stands on a page that was never opened is no news.
 */
export const arrived = (shown: readonly Listed[], count: number, lastReceived: readonly Listed[]): string[] =>
  without(shown, lastReceived.slice(0, count)).map(({ operation }) => operation);

/** The same rows in the same order, each as it is now. */
export function refreshed<Item extends Listed>(shown: readonly Item[], fresh: readonly Item[]): Item[] {
  const now = new Map(fresh.map((item) => [item.operation, item]));
  return shown.map((item) => now.get(item.operation) ?? item);
}

/** The devices that were not there before. */
export const newDevices = (
  before: readonly DeviceSummary[],
  now: readonly DeviceSummary[],
): DeviceSummary[] => now.filter((device) => !before.some((known) => known.device === device.device));

function without(shown: readonly Listed[], items: readonly Listed[]): Listed[] {
  const known = new Set(shown.map((item) => item.operation));
  return items.filter((item) => !known.has(item.operation));
}
