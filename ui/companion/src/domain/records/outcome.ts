/** What became of a record at the office, in words. Of a state that a later version has it says that something was done. */
import type { OutcomeState, ClosedAs, Question, RecordOutcome } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { dateAndTime } from "../words/wording";

/** Whether the office waits for an answer that nobody gave here. */
export const asks = ({ state, answered }: RecordOutcome): boolean => state === "question" && !answered;

/** Whether somebody is to call: the numbers stand in the reference. */
export const leadsToNumbers = (outcome: RecordOutcome): boolean =>
  asks(outcome) && ["call-office", "danger-now", null].includes(outcome.question);

/** At the edge of a row; nothing where the receipt says as much. */
export function outcomeShort(outcome: RecordOutcome): string | null {
  if (outcome.state === null) return m.outcome_something();
  const words: Record<OutcomeState, () => string | null> = {
    received: () => null,
    "in-treatment": m.outcome_in_treatment,
    question: outcome.answered ? m.outcome_answered : m.outcome_question,
    closed: m.outcome_closed,
  };
  return words[outcome.state]();
}

export type OutcomeWords = { heading: string; text: string; since: string };

/** The same on the page of the record. */
export function outcomeWords(outcome: RecordOutcome): OutcomeWords {
  const since = m.outcome_since({ moment: dateAndTime(outcome.since) });
  return { heading: outcomeShort(outcome) ?? m.outcome_received(), text: text(outcome), since };
}

function text({ state, question, answered, closedAs }: RecordOutcome): string {
  if (state === null) return m.outcome_something_text();
  const words: Record<OutcomeState, () => string> = {
    received: m.outcome_received_text,
    "in-treatment": m.outcome_in_treatment_text,
    question: () => (answered ? m.outcome_answered_text() : questionText(question)),
    closed: () => closedText(closedAs),
  };
  return words[state]();
}

function questionText(question: Question | null): string {
  if (question === null) return m.question_unknown();
  const words: Record<Question, () => string> = {
    "which-place": m.question_which_place,
    "how-many-persons": m.question_how_many_persons,
    "any-photo": m.question_any_photo,
    "danger-now": m.question_danger_now,
    "call-office": m.question_call_office,
  };
  return words[question]();
}

function closedText(closedAs: ClosedAs | null): string {
  if (closedAs === null) return m.outcome_closed_text();
  const words: Record<ClosedAs, () => string> = {
    "no-follow-up": m.outcome_closed_no_follow_up,
    "passed-on": m.outcome_closed_passed_on,
    report: m.outcome_closed_report,
  };
  return words[closedAs]();
}
