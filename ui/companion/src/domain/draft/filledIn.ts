/** The forms that a person fills in: a step in taking part is signed as it is made, and is never a draft. */
import type { DraftForm } from "@baken/bindings";

export type FilledIn = Exclude<DraftForm, { kind: "participation" }>;

export function filledIn(form: DraftForm): FilledIn {
  if (form.kind === "participation") throw new Error("nobody fills this in");
  return form;
}
