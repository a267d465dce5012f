/**
 * What the inbox had come to when it was left, as a record that was opened from it finds it: by the entry of the history
 * one came from, and else by what the list was asked for.
 */
import type { HandlingSummary, ObservationPage, ObservationSummary } from "@baken/bindings";

import { filtersFrom, type Work } from "./filters";
import type { ListPlace, ListPlaces } from "./listPlaces";
import type { ListSnapshot } from "./recordList.svelte";
import { worked } from "./worked";

export type InboxSnapshot = ListSnapshot<ObservationSummary, ObservationPage>;
type Place = ListPlace<InboxSnapshot>;

/** The list under `query`; with an entry, as it was there. */
const nameOf = (query: string, entry?: number): string =>
  entry === undefined ? `inbox ${query}` : `inbox ${query} at ${String(entry)}`;

export class InboxPlaces {
  constructor(readonly places: ListPlaces) {}

  leave(query: string, entry: number, place: Place): void {
    for (const name of [nameOf(query), nameOf(query, entry)]) this.places.leave<InboxSnapshot>(name, place);
  }

  find(query: string, entry: number): Place | null {
    return this.places.find(nameOf(query, entry)) ?? this.places.find(nameOf(query));
  }

  /** The row one is at, since one went on to another record. */
  moved(query: string, entry: number, operation: string): void {
    this.#revise(query, entry, (place) => ({ ...place, operation }));
  }

  /** What was done about a record of it. */
  worked(query: string, entry: number, operation: string, handling: HandlingSummary, login: string): void {
    const work: Work = filtersFrom(query).work;
    this.#revise(query, entry, (place) => ({
      ...place,
      snapshot: { ...place.snapshot, ...worked(place.snapshot, operation, handling, { work, login }) },
    }));
  }

  #revise(query: string, entry: number, change: (place: Place) => Place): void {
    for (const name of [nameOf(query), nameOf(query, entry)]) this.places.revise<InboxSnapshot>(name, change);
  }
}
