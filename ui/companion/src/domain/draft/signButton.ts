/**
 * The words of the button that signs: what it does and for whom, and below that what is still missing, or else what is
 * signed. It is never grey. Which answers are required is told by the core at each save.
 */
import type { ConfidentialityLevel, ObservationForm, Vocabulary } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { placeAndMoment } from "./placeLine";
import { callUnanswered } from "./urgentCall";

export function signLabel(level: ConfidentialityLevel): string {
  switch (level) {
    case "team":
      return m.obs_finalise_team();
    case "zorg":
      return m.obs_finalise_care();
    case "eigen":
      return m.obs_finalise_own();
  }
}

export function answersMissing(
  form: ObservationForm,
  unanswered: readonly string[],
  vocabulary: Vocabulary,
): string {
  const call = callUnanswered(form);
  const count = unanswered.length + (call ? 1 : 0);
  if (count === 0) return placeAndMoment(form, vocabulary, new Date());
  if (count === 1 && call) return m.obs_missing_call({ phone: vocabulary.urgentPhone });
  return m.obs_missing({ count });
}
