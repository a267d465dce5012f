/** The inbox's filters, as they stand in the address bar and in the request. */

export const FILTER_NAMES = [
  "form",
  "district",
  "urgency",
  "placeKind",
  "level",
  "device",
  "from",
  "to",
] as const;
type FilterName = (typeof FILTER_NAMES)[number];
export type Filters = Record<FilterName, string>;

export const noFilters = (): Filters => ({
  form: "",
  district: "",
  urgency: "",
  placeKind: "",
  level: "",
  device: "",
  from: "",
  to: "",
});

export function filtersFrom(query: string): Filters {
  const given = new URLSearchParams(query);
  const filters = noFilters();
  for (const name of FILTER_NAMES) filters[name] = given.get(name) ?? "";
  return filters;
}

export function queryOf(filters: Filters): string {
  const query = new URLSearchParams();
  for (const name of FILTER_NAMES) if (filters[name]) query.set(name, filters[name]);
  return query.toString();
}

export const activeCount = (filters: Filters): number => FILTER_NAMES.filter((name) => filters[name]).length;
