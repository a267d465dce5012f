/**
 * Whether the emergency number was called, and when that was said: asked on top of an acute observation, once. A yes is the
 * action it is in the vocabulary as well, so that it is counted among what was done; it may have been given there, without a time.
 */
import type { ObservationForm, UrgentCall } from "@baken/bindings";

import { ACUTE, SOLE_ACTION } from "../words/terms";

/** The action that says so, in the vocabulary. */
export const CALLED = "gebeld-112";
/** The element that asks. */
export const CALL = "urgent-call";

type Answered = Pick<ObservationForm, "actions" | "call">;

export function wasCalled(form: Pick<ObservationForm, "actions">): boolean {
  return form.actions.includes(CALLED);
}

/** Someone is in danger and, as far as this form says, nobody called. */
export function needsCall(form: Pick<ObservationForm, "urgency" | "actions">): boolean {
  return form.urgency === ACUTE && !wasCalled(form);
}

/** What was answered, and when; null where nothing was. */
export function callAnswer(form: Answered): { called: boolean; at: string | null } | null {
  if (wasCalled(form)) return { called: true, at: form.call?.called ? form.call.at : null };
  return form.call && !form.call.called ? form.call : null;
}

/** Someone is in danger, and nobody said yet whether was called. */
export function callUnanswered(form: Pick<ObservationForm, "urgency"> & Answered): boolean {
  return form.urgency === ACUTE && callAnswer(form) === null;
}

/** The actions and the answer once it is given, changed or taken back. */
export function withCallAnswer(form: Answered, called: boolean | null, at: string): Answered {
  const call: UrgentCall | null = called === null ? null : { called, at };
  return { actions: withCall(form.actions, called === true), call };
}

/** The actions with the call among them, or without it. */
export function withCall(actions: readonly string[], called: boolean): string[] {
  const others = actions.filter((action) => action !== CALLED);
  return called ? [...others.filter((action) => action !== SOLE_ACTION), CALLED] : others;
}
