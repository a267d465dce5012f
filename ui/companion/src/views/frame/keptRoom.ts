/**
 * Keeps the page within its room: writes what the platform and the browser say of it into the style sheets' own values,
 * `--baken-inset-*` and `--baken-covered`, and tells whoever must do something of it.
 */
import type { Insets } from "@baken/bindings";

import { roomOf } from "../../domain/room/room";
import type { Bridge } from "../../shared/bridge";

type Tells = Pick<Bridge, "insets" | "onInsets">;

/** Until what it answers is called. */
export function keepRoom(bridge: Tells, changed: () => void): () => void {
  let told: Insets | null = null;
  let over = false;

  const look = () => {
    // Not every browser has one.
    const seen = window.visualViewport ?? null;
    const { edges, covered } = roomOf(told, { height: window.innerHeight, seen });
    const style = document.documentElement.style;
    style.setProperty("--baken-covered", `${covered}px`);
    for (const edge of ["top", "right", "bottom", "left"] as const) {
      // The keyboard lies over the bar at the bottom whoever tells of the bar.
      if (edges) style.setProperty(`--baken-inset-${edge}`, `${edges[edge]}px`);
      else if (edge === "bottom" && covered > 0) style.setProperty("--baken-inset-bottom", "0px");
      else style.removeProperty(`--baken-inset-${edge}`);
    }
    changed();
  };
  const hear = (insets: Insets | null) => {
    if (over || insets === null) return;
    told = insets;
    look();
  };

  window.addEventListener("resize", look);
  window.visualViewport?.addEventListener("resize", look);
  window.visualViewport?.addEventListener("scroll", look);
  look();
  // Where nobody tells, the browser's word holds.
  const listening = bridge.onInsets(hear).catch(() => undefined);
  // What was told before this page was there; what is told meanwhile is newer.
  void listening
    .then(() => bridge.insets())
    .then(
      (before) => (told === null ? hear(before) : undefined),
      () => undefined,
    );

  return () => {
    over = true;
    window.removeEventListener("resize", look);
    window.visualViewport?.removeEventListener("resize", look);
    window.visualViewport?.removeEventListener("scroll", look);
    void listening.then((stop) => stop?.());
  };
}
