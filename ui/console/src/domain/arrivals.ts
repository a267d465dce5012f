/** What a second look at a list brings, compared with what is on screen. */
import type { DeviceSummary, ObservationPage, ObservationSummary } from "@baken/bindings";

/** How many observations there are that are not on screen: by the count, and by those on the first page. */
export function newObservations(
  shown: readonly ObservationSummary[],
  total: number,
  fresh: Pick<ObservationPage, "items" | "total">,
): number {
  const known = new Set(shown.map((item) => item.observation));
  const unknown = fresh.items.filter((item) => !known.has(item.observation)).length;
  return Math.max(unknown, fresh.total - total);
}

/** The same rows in the same order, each as it is now. */
export function refreshed(
  shown: readonly ObservationSummary[],
  fresh: readonly ObservationSummary[],
): ObservationSummary[] {
  const now = new Map(fresh.map((item) => [item.observation, item]));
  return shown.map((item) => now.get(item.observation) ?? item);
}

/** The devices that were not there before. */
export const newDevices = (
  before: readonly DeviceSummary[],
  now: readonly DeviceSummary[],
): DeviceSummary[] => now.filter((device) => !before.some((known) => known.device === device.device));
