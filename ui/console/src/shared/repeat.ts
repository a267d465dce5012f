/**
 * Looking again by itself while a page is in view: at a steady pace, and as soon as somebody comes back to it.
 * Deliberately absent: looking while nobody does anything for long. Each request keeps the session alive at the
 * backend, and an unattended desk must fall out of it as before.
 */
const PACE_MS = 30_000;
const ATTENDED_MS = 15 * 60_000;
/** Coming back to a tab is told twice: it is in view, and it has the focus. */
const TOGETHER_MS = 1_000;

/** Runs `look` now and then; gives what ends it. */
export function repeatWhileVisible(look: () => void): () => void {
  let lookedAt = Date.now();
  let touchedAt = Date.now();
  const run = () => {
    if (document.visibilityState !== "visible" || Date.now() - lookedAt < TOGETHER_MS) return;
    lookedAt = Date.now();
    look();
  };
  const timer = setInterval(() => {
    if (Date.now() - touchedAt < ATTENDED_MS) run();
  }, PACE_MS);
  const touched = () => {
    touchedAt = Date.now();
  };
  const back = () => {
    if (document.visibilityState === "visible") touched();
    run();
  };
  const listeners: [EventTarget, string, () => void][] = [
    [window, "focus", back],
    [document, "visibilitychange", back],
    [window, "pointerdown", touched],
    [window, "keydown", touched],
    [window, "wheel", touched],
  ];
  for (const [target, name, listener] of listeners) target.addEventListener(name, listener);
  return () => {
    clearInterval(timer);
    for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
  };
}
