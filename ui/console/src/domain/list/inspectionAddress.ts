/**
 * How the list of inspections stands in the address bar and in the request. An observation names its inspection by
 * that inspection's id, which a device chooses: several records may claim it, so it leads to a list.
 */

/** The inspection whose records are asked for, or null for all inspections. */
export const entityFrom = (query: string): string | null => new URLSearchParams(query).get("entity") || null;

/** Where the inspection stands that an observation names. */
export const inspectionPath = (entity: string): string => `/inspections?${inspectionsQuery(entity, null)}`;

export function inspectionsQuery(entity: string | null, cursor: string | null): string {
  const query = new URLSearchParams();
  if (entity !== null) query.set("entity", entity);
  if (cursor !== null) query.set("cursor", cursor);
  return query.toString();
}
