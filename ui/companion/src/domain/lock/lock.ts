/**
 * Hiding and locking: what is decided when, and nothing that does it. `step` takes where the app stands and what
 * happened, and answers where it stands then and what has to be done; `companion.svelte.ts` does that.
 *
 * Leaving by any way (Scherm weg, out of sight, idle, the core itself) ends what is open, and what is shown after it
 * is the neutral screen or the lock. Only a way back shows anything again: the neutral screen touched where the core
 * is locked, and then a new opening. Every question to the core belongs to a session; an answer that comes after its
 * session says what was true before the lock, and changes nothing.
 *
 * Deliberately absent: what stands in a draft, and what a screen shows. Whoever does "write-drafts" tells when that is
 * over, written or not: a disk that is full must not keep the app open.
 */
import type { AppStatus } from "@baken/bindings";

import {
  absenceEnded,
  absenceExpected,
  backInSight,
  isExpected,
  isOver,
  lookedAt,
  opened,
  outOfSight,
  passed,
  sightAt,
  told,
  touched,
  untold,
  type Sight,
} from "./sight";

/**
 * `closed`: nothing can be read. `opening`: so many commands that may open are under way. `open`: records can be read.
 * `leaving`: the last answers are brought to disk. `locking`: the core was asked to lock.
 */
type Vault =
  | { readonly name: "closed" }
  | { readonly name: "opening"; readonly asked: number; readonly lockOnceOpen: boolean }
  | { readonly name: "open" }
  | { readonly name: "leaving" }
  | { readonly name: "locking" };

export type LockState = {
  /** What the core last said of itself; null until it says anything. */
  readonly core: AppStatus | null;
  readonly vault: Vault;
  /** Whether the neutral screen covers everything. */
  readonly covered: boolean;
  /** One higher whenever what was open has ended. */
  readonly session: number;
  readonly sight: Sight;
};

/** `at`: what the device's clock says. `session`: the one in which it was asked. */
export type LockEvent =
  /** A command was given that may open: a secret, or the first question of all. */
  | { readonly type: "opening" }
  | { readonly type: "opened"; readonly status: AppStatus; readonly session: number; readonly at: number }
  | { readonly type: "opening-refused"; readonly session: number }
  /** The core said how it stands now, by another command. */
  | { readonly type: "told"; readonly status: AppStatus; readonly session: number; readonly at: number }
  /** Scherm weg, by the button, Shift or the back button. */
  | { readonly type: "hide" }
  | { readonly type: "lock" }
  /** The drafts are on disk, or would not go there in time. */
  | { readonly type: "drafts-written"; readonly session: number }
  /** The core answered that it is to lock. */
  | { readonly type: "lock-answered"; readonly status: AppStatus; readonly session: number }
  | { readonly type: "lock-refused"; readonly session: number }
  /** The core locked by itself. */
  | { readonly type: "core-locked" }
  /** The neutral screen was touched. */
  | { readonly type: "cover-touched" }
  | { readonly type: "touched"; readonly at: number }
  | { readonly type: "second-passed"; readonly at: number }
  | { readonly type: "out-of-sight"; readonly at: number }
  | { readonly type: "back-in-sight"; readonly at: number }
  | { readonly type: "absence-expected"; readonly at: number }
  | { readonly type: "absence-ended"; readonly at: number };

export type LockEffect =
  /** The core said something new of itself. */
  | { readonly type: "take-over"; readonly status: AppStatus }
  /** Begins the seconds, which end with `end-session`. */
  | { readonly type: "begin-seconds" }
  /** Shows home and begins to send. */
  | { readonly type: "enter" }
  /** Brings what was given to disk, and goes on. */
  | { readonly type: "save-drafts" }
  /** Brings what was given to disk, throws away what nobody gave anything, and tells when that is over. */
  | { readonly type: "write-drafts"; readonly session: number }
  | { readonly type: "lock-core"; readonly session: number }
  /** Has the core ask for more than a finger at the next opening: whoever hid the screen may be made to show one. */
  | { readonly type: "put-away" }
  /** Ends every open view and forgets what it was shown. What is not on disk stays in memory until it is. */
  | { readonly type: "end-session" }
  | { readonly type: "ask-status" }
  /** Somebody uses the app: the core locks by itself otherwise. */
  | { readonly type: "tell-core" };

export type Step = readonly [LockState, readonly LockEffect[]];

export const lockStateAt = (clock: number): LockState => ({
  core: null,
  vault: { name: "closed" },
  covered: false,
  session: 0,
  sight: sightAt(clock),
});

/** Whether the core has something open that a lock would close. */
export const isUnlocked = ({ vault }: LockState): boolean =>
  vault.name === "open" || vault.name === "leaving" || vault.name === "locking";

/** Whether anything of a record can be on screen. */
export const showsContent = ({ vault, covered }: LockState): boolean => vault.name === "open" && !covered;

export function step(state: LockState, event: LockEvent): Step {
  const [next, effects] = decided(state, event);
  if (next.core === null || next.core === state.core) return [next, effects];
  return [next, [{ type: "take-over", status: next.core }, ...effects]];
}

function decided(state: LockState, event: LockEvent): Step {
  switch (event.type) {
    case "opening":
      return opening(state);
    case "opened":
    case "told":
      return event.session === state.session ? heard(state, event) : [state, []];
    case "opening-refused":
      return event.session === state.session ? openingRefused(state) : [state, []];
    case "hide":
      return putAway(state.vault.name === "opening" ? lockOnceOpen(state) : leave(state));
    case "lock":
      return leave(state);
    case "drafts-written":
      return event.session === state.session ? draftsWritten(state) : [state, []];
    case "lock-answered":
      return event.session === state.session ? lockAnswered(state, event.status) : [state, []];
    case "lock-refused":
      return event.session === state.session ? stayCovered(state) : [state, []];
    case "core-locked":
      return coreLocked(state);
    case "cover-touched":
      return state.vault.name === "closed" ? [{ ...state, covered: false }, []] : leave(state);
    case "touched":
      return telling({ ...state, sight: touched(passed(state.sight, event.at)) });
    case "second-passed":
      return looked({ ...state, sight: passed(state.sight, event.at) });
    case "out-of-sight":
      return gone({ ...state, sight: outOfSight(passed(state.sight, event.at)) });
    case "back-in-sight":
      return returned({ ...state, sight: passed(state.sight, event.at) });
    case "absence-expected":
      return [{ ...state, sight: absenceExpected(passed(state.sight, event.at)) }, []];
    case "absence-ended":
      return telling({ ...state, sight: absenceEnded(passed(state.sight, event.at)) });
  }
}

/** At once, whatever stands in the way of the lock. */
const putAway = ([state, effects]: Step): Step => [state, [{ type: "put-away" }, ...effects]];

/** Commands that may open can be given twice, as by an impatient person: the app is open as soon as one did. */
function opening(state: LockState): Step {
  const { vault, covered } = state;
  if (vault.name === "opening") return [{ ...state, vault: { ...vault, asked: vault.asked + 1 } }, []];
  if (vault.name !== "closed") return [state, []];
  return [{ ...state, vault: { name: "opening", asked: 1, lockOnceOpen: covered } }, []];
}

function openingRefused(state: LockState): Step {
  const { vault } = state;
  if (vault.name !== "opening") return [state, []];
  const left: Vault = vault.asked > 1 ? { ...vault, asked: vault.asked - 1 } : { name: "closed" };
  return [{ ...state, vault: left }, []];
}

/** There is nothing to lock yet, but soon there is. */
function lockOnceOpen(state: LockState): Step {
  const { vault } = state;
  if (vault.name !== "opening") return [state, []];
  return [{ ...state, covered: true, vault: { ...vault, lockOnceOpen: true } }, []];
}

const isOpen = ({ phase }: AppStatus): boolean => phase === "ready" || phase === "unenrolled";

type Heard = Extract<LockEvent, { type: "opened" | "told" }>;

/** The core said how it stands, in this session. */
function heard(state: LockState, { type, status, at }: Heard): Step {
  const { vault } = state;
  switch (vault.name) {
    case "opening":
      // What opens is the answer to what was asked for, and not what another command had to say meanwhile.
      if (type === "told") return isOpen(status) ? [state, []] : [{ ...state, core: status }, []];
      return isOpen(status) ? enter(state, status, at) : openingRefused({ ...state, core: status });
    case "closed":
      // Open, though nobody opened it: nothing is shown of it, and it does not stay so.
      if (isOpen(status))
        return [
          { ...state, vault: { name: "locking" } },
          [{ type: "begin-seconds" }, { type: "lock-core", session: state.session }],
        ];
      return [{ ...state, core: status }, []];
    case "open":
      return isOpen(status) ? enter(state, status, at) : end(state, status);
    case "leaving":
    case "locking":
      return isOpen(status) ? [{ ...state, core: status }, []] : end(state, status);
  }
}

/** Where nobody may look, what was opened is left before any of it is painted. */
function enter(state: LockState, status: AppStatus, at: number): Step {
  const sight = opened(passed(state.sight, at));
  const open: LockState = { ...state, core: status, vault: { name: "open" }, sight };
  const begun: LockEffect[] = state.vault.name === "open" ? [] : [{ type: "begin-seconds" }];
  const isGone = !sight.inSight && !isExpected(sight);
  const mustLeave = state.covered || isGone || (state.vault.name === "opening" && state.vault.lockOnceOpen);
  if (mustLeave) {
    const [left, effects] = leave(open);
    return [left, [...begun, ...effects]];
  }
  const isAnew = state.vault.name !== "open" || state.core?.phase !== "ready";
  return [open, status.phase === "ready" && isAnew ? [...begun, { type: "enter" }] : begun];
}

/** The neutral screen at once, then the drafts, then the lock. Where that is under way already, it goes on. */
function leave(state: LockState): Step {
  if (state.vault.name !== "open") return [state, []];
  const left: LockState = { ...state, vault: { name: "leaving" }, covered: true };
  return [left, [{ type: "write-drafts", session: state.session }]];
}

function draftsWritten(state: LockState): Step {
  if (state.vault.name !== "leaving") return [state, []];
  return [{ ...state, vault: { name: "locking" } }, [{ type: "lock-core", session: state.session }]];
}

function lockAnswered(state: LockState, status: AppStatus): Step {
  if (state.vault.name !== "locking") return [state, []];
  return isOpen(status) ? stayCovered({ ...state, core: status }) : end(state, status);
}

/** It did not lock. The neutral screen stays, and whoever touches it tries again. */
function stayCovered(state: LockState): Step {
  if (state.vault.name !== "locking") return [state, []];
  return [{ ...state, vault: { name: "open" }, covered: true }, []];
}

function end(state: LockState, status: AppStatus | null): Step {
  const ended: LockState = { ...state, core: status, vault: { name: "closed" }, session: state.session + 1 };
  return [ended, [{ type: "end-session" }]];
}

/** What is on screen ends at once; how many tries are left is asked after. */
function coreLocked(state: LockState): Step {
  const { core, vault } = state;
  switch (vault.name) {
    case "open": {
      const [ended, effects] = end(state, core === null ? null : { ...core, phase: "locked" });
      return [ended, [...effects, { type: "ask-status" }]];
    }
    case "closed":
      return [state, [{ type: "ask-status" }]];
    case "opening":
    case "leaving":
    case "locking":
      // It locked before it was asked to open, or is being asked to lock: that answer says how it stands.
      return [state, []];
  }
}

function telling(state: LockState): Step {
  if (!isUnlocked(state) || !untold(state.sight)) return [state, []];
  return [{ ...state, sight: told(state.sight) }, [{ type: "tell-core" }]];
}

/** Looks whether it is time to lock. */
function looked(state: LockState): Step {
  if (!isUnlocked(state)) return [state, []];
  const looking: LockState = { ...state, sight: lookedAt(state.sight) };
  if (isOver(looking.sight, (state.core?.autoLockSeconds ?? 0) * 1000)) return leave(looking);
  return looking.sight === state.sight ? [state, []] : telling(looking);
}

/** Whatever may come of it, what was given is on disk. */
function gone(state: LockState): Step {
  const saved: LockEffect = { type: "save-drafts" };
  // Also while it opens: the device's own question for a finger may cover the app.
  if (isExpected(state.sight)) return [state, [saved]];
  if (state.vault.name === "opening") {
    const [hidden, effects] = lockOnceOpen(state);
    return [hidden, [saved, ...effects]];
  }
  const [left, effects] = leave(state);
  return [left, [saved, ...effects]];
}

function returned(state: LockState): Step {
  const [looking, effects] = looked(state);
  return [{ ...looking, sight: backInSight(looking.sight) }, effects];
}
