/** Who waits to be let in or for a team's key, as far as somebody can do something about it. */
import type { Admission } from "@baken/bindings";

/** Whether the asker can let them in, or give them a key that they lack. */
export const canHelp = ({ admitted, mayBeAdmitted, lacks }: Admission): boolean =>
  admitted ? lacks.length > 0 : mayBeAdmitted;
