/**
 * The persons of a report's observations, opened in this browser one after the other; each is written down as read. What
 * was taken back names nobody any more.
 */
import type { ReportDetail } from "@baken/bindings";

import type { Api } from "../../shared/api";
import type { OpenKey } from "../sealed/heldKey";
import { UnsealError } from "../sealed/unsealed";
import { personsOf, type KnownPerson, type OpenedObservation } from "./consent";

/** `unread`: observations that do not open with one's keys, or are not what was signed. */
export type PersonsSeen = { persons: readonly KnownPerson[]; unread: number };

export async function personsSeen(
  api: Pick<Api, "observation" | "sealed">,
  key: OpenKey,
  tenant: string,
  { observations }: Pick<ReportDetail, "observations">,
): Promise<PersonsSeen> {
  const opened: OpenedObservation[] = [];
  let unread = 0;
  for (const { operation, retractedAt } of observations) {
    if (retractedAt !== null) continue;
    const { sealed, summary } = await api.observation(operation);
    const { sha256, recipients, epoch } = sealed;
    const expected = { sha256, recipients, epoch, tenant, operation };
    try {
      const { persons } = await key.unseal("observation", await api.sealed(operation), expected);
      opened.push({ operation, observedAt: summary.observedAt, persons });
    } catch (reason) {
      if (!(reason instanceof UnsealError)) throw reason;
      unread += 1;
    }
  }
  return { persons: personsOf(opened), unread };
}
