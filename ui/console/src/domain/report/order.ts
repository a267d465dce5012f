/** What a report is about, as it is filled in: by hand, or taken from the first of the observations it is made of. */
import type { ObservationSummary, ReportSource } from "@baken/bindings";

import type { NewReport } from "../../shared/api";

export type ReportFields = {
  source: ReportSource | "";
  level: string;
  form: string;
  placeKind: string;
  district: string;
  urgency: string;
};

export const byHand = (): ReportFields => ({
  ...{ source: "", level: "", form: "", placeKind: "", district: "", urgency: "" },
});

/** The strictest urgency counts, whichever of them said so. */
export function ofObservations(
  items: readonly ObservationSummary[],
  urgencies: readonly { code: string }[],
): ReportFields {
  const [first] = items;
  const strictest = urgencies.find(({ code }) => items.some((item) => item.strictestUrgency === code));
  return {
    ...byHand(),
    source: "observations",
    form: first?.forms[0] ?? "",
    placeKind: first?.placeKind ?? "",
    district: first?.district ?? "",
    urgency: strictest?.code ?? "",
  };
}

export function orderOf(
  { source, level, form, placeKind, district, urgency }: ReportFields,
  items: readonly ObservationSummary[] = [],
): NewReport | null {
  if (source === "") return null;
  return {
    ...{ source, form, placeKind, urgency },
    ...(level ? { level } : {}),
    ...(district ? { district } : {}),
    ...(items.length > 0
      ? {
          observations: items.map(({ operation, handling }) => ({
            record: operation,
            expectedActs: handling.count,
          })),
        }
      : {}),
  };
}
