/** The inspection an observation belongs to, as far as this device still knows it: where, and on which ground. */
import type { PlaceForm, RecordSummary } from "@baken/bindings";

import type { Bridge } from "../../shared/bridge";

export type InspectionContext = Pick<PlaceForm, "kind" | "name"> & { ground: string | null };

export async function inspectionContext(
  bridge: Pick<Bridge, "home" | "records" | "record">,
  inspection: string,
): Promise<InspectionContext | null> {
  const { inspection: open } = await bridge.home();
  if (open?.inspection === inspection)
    return { kind: open.placeKind, name: open.placeName, ground: open.ground };
  const itself = ({ kind, entity }: RecordSummary) => kind === "inspection" && entity === inspection;
  const summary = (await bridge.records()).find(itself);
  if (!summary) return null;
  const { form } = await bridge.record(summary.operation);
  if (form.kind !== "inspection") return null;
  return { kind: form.place.kind, name: form.place.name, ground: form.ground };
}
