/**
 * What typing into a date or a time makes of the answer that stood there. An answer that cannot be read is none: what
 * was typed is kept as it is, and the older answer is gone.
 */
import type { TypedMoment } from "@baken/bindings";

import * as m from "../../paraglide/messages";
import { readMoment, turnOf } from "./moments";

export type MomentAnswer = { instant: string | null; typed: TypedMoment | null };

export function answered(typed: TypedMoment, before: string | null, zone: string): MomentAnswer {
  const reading = readMoment(typed, zone);
  switch (reading.kind) {
    case "instant":
      return { instant: reading.instant, typed: null };
    case "twice": {
      // Within the hour that comes twice its turn was told already; coming from another time it is asked.
      const turn = before === null ? undefined : turnOf(before, zone);
      return turn === undefined ? { instant: null, typed } : { instant: reading.instants[turn], typed: null };
    }
    case "empty":
      return { instant: null, typed: null };
    case "never":
    case "unreadable":
      return { instant: null, typed };
  }
}

/** What is wrong with what was typed, and what to do; undefined where nothing is. */
export function momentProblem(typed: TypedMoment, zone: string): string | undefined {
  const reading = readMoment(typed, zone);
  switch (reading.kind) {
    case "instant":
      return undefined;
    case "twice":
      return m.moment_twice_unanswered();
    case "never":
      return m.moment_never({ time: typed.time.trim(), date: typed.date.trim() });
    case "empty":
      return m.moment_empty();
    case "unreadable":
      return reading.part === "date" ? m.moment_date_unread() : m.moment_time_unread();
  }
}
