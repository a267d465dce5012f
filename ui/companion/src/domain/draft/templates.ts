/** Beginnings of sentences, by what an observation rests on: they keep what was seen apart from what was said and thought. */
import * as m from "../../paraglide/messages";

/** For one basis, or one for each while none is chosen. */
export function beginnings(basis: string | null): string[] {
  switch (basis) {
    case "waarneming":
      return [m.template_seen(), m.template_heard()];
    case "verklaring":
      return [m.template_told(), m.template_told_by()];
    case "document":
      return [m.template_read()];
    case "vermoeden":
      return [m.template_suspected()];
    default:
      return [m.template_seen(), m.template_told(), m.template_read(), m.template_suspected()];
  }
}

/** The words with a beginning after them, on a line of its own where there are words already. */
export function withBeginning(narrative: string, beginning: string): string {
  const words = narrative.trimEnd();
  return words === "" ? `${beginning} ` : `${words}\n${beginning} `;
}
