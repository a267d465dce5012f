/** Which observations another may be a double of: those at such a place in the same district. */
import type { ObservationSummary, Vocabulary } from "@baken/bindings";
import { recordNumber } from "@baken/shared";

import * as m from "../../paraglide/messages";
import type { Api } from "../../shared/api";
import { labels } from "../words/terms";
import { shortDay } from "../words/wording";

const CANDIDATES = 50;

export async function candidates(
  api: Pick<Api, "observations">,
  of: readonly ObservationSummary[],
): Promise<ObservationSummary[]> {
  const [first] = of;
  if (!first) return [];
  const query = new URLSearchParams({ handling: "all", order: "received", limit: String(CANDIDATES) });
  query.set("placeKind", first.placeKind);
  if (first.district !== null) query.set("district", first.district);
  const { items } = await api.observations(query.toString());
  const themselves = of.map(({ observation }) => observation);
  return items.filter(
    ({ observation, handling }) =>
      // What is a double itself is doubled by nothing.
      !themselves.includes(observation) && handling.acts.at(-1)?.reason !== "doubles",
  );
}

export const choices = (vocabulary: Vocabulary, found: readonly ObservationSummary[], now: Date) =>
  found.map((item) => ({
    value: item.operation,
    label: m.handle_double_choice({
      number: recordNumber(item.operation),
      what: labels(vocabulary.exploitationForms, item.forms),
      day: shortDay(item.observedAt, now),
    }),
  }));
