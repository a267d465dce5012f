/** Which reports an observation may be added to: those that are open and of its level. */
import type { ObservationSummary } from "@baken/bindings";

import type { Api } from "../../shared/api";

const CANDIDATES = 200;

export async function openReports(
  api: Pick<Api, "reports">,
  of: readonly Pick<ObservationSummary, "level">[],
): Promise<string[]> {
  const { items } = await api.reports(new URLSearchParams({ limit: String(CANDIDATES) }).toString());
  return items.filter(({ level }) => of.every((item) => item.level === level)).map(({ report }) => report);
}
