/**
 * Whether the emergency number was called: an answer like any other, kept as the action it is. Asked while an
 * observation is acute, at the latest when it is signed; never asked again once it was answered.
 */
import type { ObservationForm } from "@baken/bindings";

import { ACUTE, SOLE_ACTION } from "../words/terms";

/** The action that says so, in the vocabulary. */
export const CALLED = "gebeld-112";

export function wasCalled(form: Pick<ObservationForm, "actions">): boolean {
  return form.actions.includes(CALLED);
}

/** Someone is in danger and, as far as this form says, nobody called. */
export function needsCall(form: Pick<ObservationForm, "urgency" | "actions">): boolean {
  return form.urgency === ACUTE && !wasCalled(form);
}

/** The actions with the call among them, or without it. */
export function withCall(actions: readonly string[], called: boolean): string[] {
  const others = actions.filter((action) => action !== CALLED);
  return called ? [...others.filter((action) => action !== SOLE_ACTION), CALLED] : others;
}
