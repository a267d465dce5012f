/**
 * Where one was in each list: what had been fetched, the row one opened, and how far one had scrolled. Whoever comes
 * back from a record finds the list as it was left. In this tab's memory only, and of the last lists only.
 */
const LISTS_KEPT = 8;

export type ListPlace<Snapshot> = { snapshot: Snapshot; operation: string | null; scrollY: number };

export class ListPlaces {
  readonly #places = new Map<string, ListPlace<unknown>>();

  /** `list` names the list and what it was asked for, so that a place is never taken for that of another list. */
  leave<Snapshot>(list: string, place: ListPlace<Snapshot>): void {
    this.#places.delete(list);
    this.#places.set(list, place);
    for (const oldest of [...this.#places.keys()].slice(0, -LISTS_KEPT)) this.#places.delete(oldest);
  }

  find<Snapshot>(list: string): ListPlace<Snapshot> | null {
    return (this.#places.get(list) as ListPlace<Snapshot> | undefined) ?? null;
  }

  /** The place as it is from now on, where there is one. */
  revise<Snapshot>(list: string, change: (place: ListPlace<Snapshot>) => ListPlace<Snapshot>): void {
    const place = this.find<Snapshot>(list);
    if (place !== null) this.#places.set(list, change(place));
  }

  clear(): void {
    this.#places.clear();
  }
}
