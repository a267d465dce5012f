/**
 * Looking again by itself while a page is in view: when it is told that something changed, else at a steady pace, and as
 * soon as somebody comes back to it. Deliberately absent: looking while nobody does anything for long. Each request keeps
 * the session alive at the backend, and an unattended desk must fall out of it as before.
 */
const PACE_MS = 30_000;
const ATTENDED_MS = 15 * 60_000;
/** Coming back to a tab is told twice: it is in view, and it has the focus. */
const TOGETHER_MS = 1_000;

/** Whoever says that something changed. */
export type Told = {
  /** Whether that can be relied on: then nothing is looked at without a word. */
  isSteady: () => boolean;
  /** Gives what ends it. */
  listen: (changed: () => void) => () => void;
};

/** Runs `look` now and then; gives what ends it. */
export function repeatWhileVisible(look: () => void, told?: Told): () => void {
  let lookedAt = Date.now();
  let touchedAt = Date.now();
  let behind = false;
  let soon: ReturnType<typeof setTimeout> | undefined;
  const run = () => {
    if (document.visibilityState !== "visible" || Date.now() - lookedAt < TOGETHER_MS) return;
    [lookedAt, behind] = [Date.now(), false];
    look();
  };
  const isAttended = () => Date.now() - touchedAt < ATTENDED_MS;
  const catchUp = () => {
    clearTimeout(soon);
    if (!behind || !isAttended()) return;
    const early = TOGETHER_MS - (Date.now() - lookedAt);
    if (early > 0) soon = setTimeout(catchUp, early);
    else run();
  };
  const timer = setInterval(() => {
    if (isAttended() && (behind || !told?.isSteady())) run();
  }, PACE_MS);
  const touched = () => {
    touchedAt = Date.now();
    if (behind) catchUp();
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
  const untold = told?.listen(() => {
    behind = true;
    catchUp();
  });
  return () => {
    clearInterval(timer);
    clearTimeout(soon);
    untold?.();
    for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
  };
}
