/** What is to be done about a report, and by when, in words. A code the backend sends does not compile without them. */
import type { TaskEnd, TaskKind, TaskSummary } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { calendarDay } from "../words/wording";

const TASKS: Readonly<Record<TaskKind, () => string>> = {
  call: m.task_call,
  enquire: m.task_enquire,
  appointment: m.task_appointment,
  "look-up": m.task_look_up,
  "inspect-again": m.task_inspect_again,
  "report-back": m.task_report_back,
  other: m.task_other,
};

const ENDS: Readonly<Record<TaskEnd, () => string>> = { done: m.task_done, dropped: m.task_dropped };

/** In the order in which they are offered. */
export const TASK_KINDS = Object.keys(TASKS) as TaskKind[];

export const taskText = (task: TaskKind): string => TASKS[task]();
export const taskEndText = (how: TaskEnd): string => ENDS[how]();

/** "voor 1 dec 2026", and that its day is over. */
export const taskDueText = ({ due, overdue }: Pick<TaskSummary, "due" | "overdue">): string =>
  overdue ? m.task_overdue({ day: calendarDay(due) }) : m.task_due({ day: calendarDay(due) });
