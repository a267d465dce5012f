/** What one operation of an observation says otherwise than the one before it, as far as it is not sealed. */
import type { ObservationSummary } from "@baken/bindings";

const FIELDS = [
  "urgency",
  "forms",
  "placeKind",
  "district",
  "basis",
  "indicators",
  "actions",
  "level",
  "personCount",
  "attachmentCount",
  "observedAt",
] as const;
export type ChangedField = (typeof FIELDS)[number];

export const changedFields = (before: ObservationSummary, after: ObservationSummary): ChangedField[] =>
  FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));

/** Whether its device calls it less urgent now than it once did: the strictest holds. A retraction calls it nothing. */
export const wasLowered = ({ action, urgency, strictestUrgency }: ObservationSummary): boolean =>
  action !== "retract" && urgency !== strictestUrgency;
