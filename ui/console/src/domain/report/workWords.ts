/** What was done about a report beside moving and assigning it, in words. */
import type { CaseworkSummary, ReportStepSummary } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { calendarDay } from "../words/wording";
import { taskEndText, taskText } from "./taskWords";

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
    case "refer":
    case "answer":
      return "";
  }
}
