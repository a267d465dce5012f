/** What stands before and after a record in the list it was opened from. */
import type { Listed } from "./arrivals";

export type Neighbours = { place: number; previous: string | null; next: string | null };

/** None where the record stands in no list that is known. */
export function neighbours(items: readonly Listed[], operation: string): Neighbours | null {
  const index = items.findIndex((item) => item.operation === operation);
  if (index < 0) return null;
  return {
    place: index + 1,
    previous: items[index - 1]?.operation ?? null,
    next: items[index + 1]?.operation ?? null,
  };
}
