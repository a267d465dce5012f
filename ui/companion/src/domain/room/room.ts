/**
 * How much of the window is the page's to draw in: without the system's bars, cut-outs and the keyboard. A phone's
 * platform tells it, in CSS pixels of the whole window; where nobody tells, the browser's own `env()` holds and
 * what it shows of the page is looked at (`visualViewport`).
 *
 * A web view may itself make room for a keyboard, wholly, partly or not at all, by its version. So what is still covered
 * is counted and not what the keyboard takes. Deliberately absent: the document.
 */
import type { Insets } from "@baken/bindings";

/** What the browser says of the page. */
export type View = {
  /** The height it lays the page out in. */
  readonly height: number;
  /** The part of that which is seen; `scale` is above 1 while somebody has enlarged it with two fingers. */
  readonly seen: { readonly height: number; readonly offsetTop: number; readonly scale: number } | null;
};

export type Room = {
  /** What of each edge is not the page's; null where the browser's word holds. */
  readonly edges: {
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
    readonly left: number;
  } | null;
  /** What of the page's bottom lies under the keyboard. */
  readonly covered: number;
};

export function roomOf(told: Insets | null, view: View): Room {
  const covered = Math.max(0, underTheKeyboard(told, view), notSeen(view));
  if (told === null) return { edges: null, covered };
  const { top, right, bottom, left } = told;
  // A keyboard lies over the bar at the bottom, which takes no room of its own then.
  return { edges: { top, right, bottom: Math.max(0, bottom - covered), left }, covered };
}

function underTheKeyboard(told: Insets | null, view: View): number {
  if (told === null || told.keyboard === 0) return 0;
  const gaveWay = Math.max(0, told.height - view.height);
  return told.keyboard - gaveWay;
}

/** Whoever enlarges the page sees a part of it, and no keyboard. */
function notSeen({ height, seen }: View): number {
  if (seen === null || Math.abs(seen.scale - 1) > 0.01) return 0;
  const below = height - seen.offsetTop - seen.height;
  // A fraction of a pixel is rounding.
  return below < 1 ? 0 : below;
}
