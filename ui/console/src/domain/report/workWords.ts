/** What was done about a report beside moving and assigning it, in words. */
import type { CaseworkSummary, ReportStepSummary } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { calendarDay } from "../words/wording";
import type { Way } from "../sealed/sealedWords";
import { answerText, bodyText, groundText } from "./referralWords";
import { taskEndText, taskText } from "./taskWords";

const WAYS: Readonly<Record<Way, () => string>> = {
  telephone: m.way_telephone,
  mail: m.way_mail,
  letter: m.way_letter,
  meeting: m.way_meeting,
  other: m.way_other,
};

/** How somebody was spoken with. */
export const wayText = (way: Way): string => WAYS[way]();

/** What the step at `place` did, if it is among those that are shown. */
const workAt = (place: number, steps: readonly ReportStepSummary[]): CaseworkSummary | null =>
  steps.find((step) => step.place === place)?.work ?? null;

/** "Taak gepland: bellen, voor 1 dec 2026" */
export function workText(work: CaseworkSummary, steps: readonly ReportStepSummary[]): string {
  switch (work.act) {
    case "plan": {
      const [task, day] = [taskText(work.task), calendarDay(work.due)];
      return work.assignedTo === null
        ? m.step_planned({ task, day })
        : m.step_planned_for({ task, day, who: work.assignedTo });
    }
    case "end": {
      const planned = workAt(work.task, steps);
      const task = planned?.act === "plan" ? taskText(planned.task) : m.task_earlier();
      return m.step_ended({ task, how: taskEndText(work.how) });
    }
    case "note":
      return work.note === "contact" ? m.step_contact() : m.step_note();
    case "refer": {
      const [body, why] = [bodyText(work.body), groundText(work.ground)];
      return work.persons === 0
        ? m.step_referred_nobody({ body, why })
        : m.step_referred({ body, why, count: work.persons });
    }
    case "answer": {
      const referred = workAt(work.referral, steps);
      const body = referred?.act === "refer" ? bodyText(referred.body) : m.referral_earlier();
      return m.step_answered({ body, answer: answerText(work.answer) });
    }
  }
}
