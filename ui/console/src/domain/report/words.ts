/** Where a report stands, why, and how it came in, in words. A code the backend sends does not compile without them. */
import type { ReportSource, ReportState, ReportStepSummary, StateReason } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { workText } from "./workWords";

const STATES: Readonly<Record<ReportState, () => string>> = {
  received: m.state_received,
  assessment: m.state_assessment,
  concrete: m.state_concrete,
  "not-concrete": m.state_not_concrete,
  duplicate: m.state_duplicate,
  transferred: m.state_transferred,
  investigation: m.state_investigation,
  closed: m.state_closed,
};

const REASONS: Readonly<Record<StateReason, () => string>> = {
  begun: m.why_begun,
  "new-information": m.why_new_information,
  corrected: m.why_corrected,
  indications: m.why_indications,
  statement: m.why_statement,
  document: m.why_document,
  "too-little": m.why_too_little,
  "not-verifiable": m.why_not_verifiable,
  "same-event": m.why_same_event,
  "to-police": m.why_to_police,
  "to-nla": m.why_to_nla,
  "to-care": m.why_to_care,
  "to-other": m.why_to_other,
  told: m.why_told,
  confirmed: m.why_confirmed,
  "serious-disadvantage": m.why_serious_disadvantage,
  "not-trafficking": m.why_not_trafficking,
  unknown: m.why_unknown,
};

const SOURCES: Readonly<Record<ReportSource, () => string>> = {
  observations: m.source_observations,
  telephone: m.source_telephone,
  letter: m.source_letter,
  hotline: m.source_hotline,
  "other-body": m.source_other_body,
};

/** How a report comes in that is entered by hand. */
export const BY_HAND = ["telephone", "letter", "hotline", "other-body"] as const;

export const stateText = (state: ReportState): string => STATES[state]();
export const reasonText = (reason: StateReason): string => REASONS[reason]();
export const sourceText = (source: ReportSource): string => SOURCES[source]();

/** "Concreet: er is een verklaring". `steps`: of the same report, among which is what this one ends or answers. */
export function stepText(
  { state, reason, doubles, assignedTo, work }: ReportStepSummary,
  steps: readonly ReportStepSummary[] = [],
): string {
  if (work !== null) return workText(work, steps);
  if (state !== null && reason !== null) {
    const why = doubles === null ? reasonText(reason) : `${reasonText(reason)}, ${doubles}`;
    return m.step_moved({ state: stateText(state), why });
  }
  return assignedTo === null ? m.step_unassigned() : m.step_assigned({ who: assignedTo });
}
