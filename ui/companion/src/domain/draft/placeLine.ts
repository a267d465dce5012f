/** Where and when, in one line: it stands in the bar above a form and on the button that signs it, so that nothing carried forward is signed unseen. */
import type { ObservationForm, Vocabulary } from "@baken/bindings";
import { shownText } from "@baken/shared";

import * as m from "../../paraglide/messages";
import { optionalLabel } from "../words/terms";
import { shortMoment } from "../words/wording";

type Part = Pick<ObservationForm, "place" | "observedAt">;

/** The name of the place, or what kind it is; empty where neither is known. */
export function placeTitle({ place }: Part, vocabulary: Vocabulary): string {
  return place.name.trim() === "" ? optionalLabel(vocabulary.placeKinds, place.kind) : shownText(place.name);
}

function placeMoment({ observedAt }: Part, now: Date): string {
  return observedAt === null ? m.moment_missing() : shortMoment(observedAt, now);
}

/** "Kade 4 · 14:24" */
export function placeDetail(form: Part, now: Date): string {
  const { berth, address } = form.place;
  const where = [berth, address].find((text) => text.trim() !== "");
  return [where && shownText(where), placeMoment(form, now)].filter(Boolean).join(" · ");
}

/** "Oostzee Trader · 14:24" */
export function placeAndMoment(form: Part, vocabulary: Vocabulary, now: Date): string {
  return [placeTitle(form, vocabulary), placeMoment(form, now)].filter(Boolean).join(" · ");
}

/** A minute: what the clock on the screen can tell apart. */
const APART_MS = 60_000;

/** When a draft was begun, where its author says that it was seen at another time; null in an amendment, which is begun later. */
export function timeBefore(
  observedAt: string | null,
  draft: { startedAt: string; amends: boolean },
): string | null {
  if (observedAt === null || draft.amends) return null;
  const apart = Math.abs(Date.parse(observedAt) - Date.parse(draft.startedAt));
  return apart >= APART_MS ? draft.startedAt : null;
}
