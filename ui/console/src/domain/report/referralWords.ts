/** To whom something is referred, what allows it and what they said, in words. A code without words does not compile. */
import type { ReferralAnswer, ReferralBody, ReferralGround } from "@baken/bindings";

import * as m from "../../paraglide/messages";

const BODIES: Readonly<Record<ReferralBody, () => string>> = {
  "politie-avim": m.body_avim,
  nla: m.body_nla,
  "zorgcoordinator-hvo-querido": m.body_care,
  comensha: m.body_comensha,
  "scharlaken-koord": m.body_scharlaken_koord,
  "veilig-thuis": m.body_veilig_thuis,
};

const GROUNDS: Readonly<Record<ReferralGround, () => string>> = {
  "consent-registration": m.ground_registration,
  "consent-care": m.ground_care,
  "consent-sharing": m.ground_sharing,
  danger: m.ground_danger,
  minor: m.ground_minor,
  "no-persons": m.ground_nobody,
};

const ANSWERS: Readonly<Record<ReferralAnswer, () => string>> = {
  accepted: m.answer_accepted,
  declined: m.answer_declined,
  "no-reply": m.answer_no_reply,
};

export const ANSWER_CODES = Object.keys(ANSWERS) as ReferralAnswer[];

export const bodyText = (body: ReferralBody): string => BODIES[body]();
export const groundText = (ground: ReferralGround): string => GROUNDS[ground]();
export const answerText = (answer: ReferralAnswer): string => ANSWERS[answer]();
