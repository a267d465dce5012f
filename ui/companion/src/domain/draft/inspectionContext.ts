/** The inspection an observation belongs to, as far as this device still knows it: where, and on which ground. */
import type { PlaceForm } from "@baken/bindings";

import type { Bridge } from "../../shared/bridge";

export type InspectionContext = Pick<PlaceForm, "kind" | "name"> & { ground: string | null };

export async function inspectionContext(
  bridge: Pick<Bridge, "inspection">,
  inspection: string,
): Promise<InspectionContext | null> {
  const known = await bridge.inspection(inspection);
  return known && { kind: known.placeKind, name: known.placeName, ground: known.ground };
}
