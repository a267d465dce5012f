/** What may be done about an observation as it is in hand, and by what an act is undone. The backend has the last word. */
import type { ActKind, HandlingSummary, Question } from "@baken/bindings";

/** What may be done to several at once: a question is asked about one observation. */
export type ActOnSeveral = Exclude<ActKind, "ask" | "answer">;

/** Why somebody is done with an observation. */
export type Outcome = "no-follow-up" | "passed-on" | "doubles" | "became-report";

export type ActOrder =
  | { act: Exclude<ActKind, "handle" | "ask"> }
  | { act: "ask"; question: Question }
  | { act: "handle"; reason: Outcome; passedTo?: string; doubles?: string; report?: string };

/** How it is in hand: as `is_possible` of the backend asks it. */
export type InHand = Pick<HandlingSummary, "holder" | "handledAt" | "question">;

/** `login`: who would do it; nobody, where their roles do not allow it. */
export function isPossible(
  act: ActKind,
  { holder, handledAt, question }: InHand,
  login: string | null,
): boolean {
  if (login === null) return false;
  const handled = handledAt !== null;
  const possible: Record<ActKind, boolean> = {
    "take-on": !handled && holder !== login,
    "put-back": !handled && holder !== null,
    handle: !handled,
    reopen: handled,
    ask: !handled && question === null,
    answer: question !== null,
  };
  return possible[act];
}

/** The acts that bring it back to how it was before one; none where that cannot be had by acts of one's own. */
export function undoing(before: InHand, done: ActKind, login: string): ActOrder[] {
  const takeOn: ActOrder[] = before.holder === login ? [{ act: "take-on" }] : [];
  const back: Record<ActKind, ActOrder[]> = {
    "take-on": [{ act: "put-back" }],
    "put-back": takeOn,
    handle: [{ act: "reopen" }, ...takeOn],
    reopen: [],
    ask: [{ act: "answer" }],
    answer: [],
  };
  return back[done];
}
