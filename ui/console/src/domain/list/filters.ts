/** The inbox's filters, how what is listed is in hand, and its order, as they stand in the address bar and in the request. */

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
/** What is open, of that what one took on, what is finished, or all of it. */
export type Work = "" | "mine" | "handled" | "all";
export type Filters = Record<FilterName, string> & { work: Work };
/** What must be acted on first, or what came in last. `apart` is `only` where nothing but that is shown. */
export type Order = "due" | "received";

const WORKS = ["mine", "handled", "all"] as const;

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
  work: "",
});

export function filtersFrom(query: string): Filters {
  const given = new URLSearchParams(query);
  const filters = noFilters();
  for (const name of FILTER_NAMES) filters[name] = given.get(name) ?? "";
  filters.work = WORKS.find((work) => work === given.get("handling")) ?? "";
  return filters;
}

export const orderFrom = (query: string): Order =>
  new URLSearchParams(query).get("order") === "received" ? "received" : "due";

/** The default order, and that of what is open, are left out. */
export function queryOf(filters: Filters, order: Order = "due"): string {
  const query = new URLSearchParams();
  for (const name of FILTER_NAMES) if (filters[name]) query.set(name, filters[name]);
  if (filters.work) query.set("handling", filters.work);
  if (order !== "due") query.set("order", order);
  return query.toString();
}

export const inboxPath = (query: string): string => (query ? `/inbox?${query}` : "/inbox");

export const active = (filters: Filters): FilterName[] => FILTER_NAMES.filter((name) => filters[name]);

/** Days are written year first, so that their text sorts as they do. */
export const rangeWrong = ({ from, to }: Filters): boolean => from !== "" && to !== "" && from > to;
