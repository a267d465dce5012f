/** What an organisation does in an inspection, in words. A role of a later version is shown by its code. */
import * as m from "../../paraglide/messages";

const WORDS: Record<string, () => string> = {
  leiding: m.role_leads,
  handhaving: m.role_enforces,
  hulpverlening: m.role_helps,
  ondersteuning: m.role_supports,
};

export const roleName = (code: string): string => WORDS[code]?.() ?? code;

/** What whoever joins chooses from: whoever started it leads. */
export const JOINING_ROLES = ["handhaving", "hulpverlening", "ondersteuning"] as const;
