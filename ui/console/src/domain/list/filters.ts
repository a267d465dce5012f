/** The inbox's filters and its order, as they stand in the address bar and in the request. */

export const FILTER_NAMES = [
  "form",
  "district",
  "urgency",
  "placeKind",
  "level",
  "device",
  "from",
  "to",
  "apart",
] as const;
export type FilterName = (typeof FILTER_NAMES)[number];
export type Filters = Record<FilterName, string>;
/** What must be acted on first, or what came in last. `apart` is `only` where nothing but that is shown. */
export type Order = "due" | "received";

export const noFilters = (): Filters => ({
  form: "",
  district: "",
  urgency: "",
  placeKind: "",
  level: "",
  device: "",
  from: "",
  to: "",
  apart: "",
});

export function filtersFrom(query: string): Filters {
  const given = new URLSearchParams(query);
  const filters = noFilters();
  for (const name of FILTER_NAMES) filters[name] = given.get(name) ?? "";
  return filters;
}

export const orderFrom = (query: string): Order =>
  new URLSearchParams(query).get("order") === "received" ? "received" : "due";

/** The default order is left out. */
export function queryOf(filters: Filters, order: Order = "due"): string {
  const query = new URLSearchParams();
  for (const name of FILTER_NAMES) if (filters[name]) query.set(name, filters[name]);
  if (order !== "due") query.set("order", order);
  return query.toString();
}

export const inboxPath = (query: string): string => (query ? `/inbox?${query}` : "/inbox");

export const active = (filters: Filters): FilterName[] => FILTER_NAMES.filter((name) => filters[name]);

/** Days are written year first, so that their text sorts as they do. */
export const rangeWrong = ({ from, to }: Filters): boolean => from !== "" && to !== "" && from > to;
