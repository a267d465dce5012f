/** How an observation is in hand and what was done about it, in words. */
import type { ActSummary, HandlingSummary, Question, Vocabulary } from "@baken/bindings";
import { recordNumber } from "@baken/shared";

import * as m from "../../paraglide/messages";
import { label } from "../words/terms";
import { shortMoment } from "../words/wording";

type InHand = Pick<HandlingSummary, "holder" | "handledAt">;

/** "Welke plaats was het precies?" */
export function questionText(question: Question): string {
  const words: Record<Question, () => string> = {
    "which-place": m.question_which_place,
    "how-many-persons": m.question_how_many_persons,
    "any-photo": m.question_any_photo,
    "danger-now": m.question_danger_now,
    "call-office": m.question_call_office,
  };
  return words[question]();
}

/** "Open, bij u" */
export function standsText({ holder, handledAt }: InHand, login: string, now: Date): string {
  if (handledAt !== null) return m.handling_handled({ moment: shortMoment(handledAt, now) });
  if (holder === null) return m.handling_open();
  return holder === login ? m.handling_mine() : m.handling_held({ who: holder });
}

/** "coördinator handelde dit af: geen vervolg nodig" */
export function actText(
  vocabulary: Vocabulary,
  { act, reason, passedTo, doubles, report, question, by }: ActSummary,
): string {
  const who = by ?? "";
  if (act === "take-on") return m.did_take_on({ who });
  if (act === "put-back") return m.did_put_back({ who });
  if (act === "ask") {
    return m.did_ask({ who, question: question === null ? "" : questionText(question) });
  }
  if (act === "answer") return by === null ? m.did_answer_device() : m.did_answer({ who });
  const to = passedTo === null ? m.another_body() : label(vocabulary.organisations, passedTo);
  const other = doubles === null ? m.another_observation() : recordNumber(doubles);
  const words: Record<NonNullable<ActSummary["reason"]>, () => string> = {
    "no-follow-up": () => m.did_no_follow_up({ who }),
    "passed-on": () => m.did_passed_on({ who, to }),
    doubles: () => m.did_doubles({ who, other }),
    "became-report": () => m.did_became_report({ who, report: report ?? "" }),
    "by-hand": () => m.did_reopen({ who }),
    amended: m.did_reopen_amended,
    retracted: m.did_reopen_retracted,
    "more-urgent": m.did_reopen_more_urgent,
    "attachment-arrived": m.did_reopen_attachment,
  };
  return reason === null ? m.did_reopen({ who }) : words[reason]();
}
