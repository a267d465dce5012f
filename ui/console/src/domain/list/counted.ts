/**
 * The numbers above a list, as they are said. Where the backend stopped counting, each is the least there are; of what it
 * came across none of, nothing is known.
 */
import * as m from "../../paraglide/messages";
import { wholeNumber } from "../words/wording";

export const counted = (count: number, isExact: boolean): string => {
  if (isExact) return wholeNumber(count);
  return count === 0 ? m.count_unknown() : m.at_least({ count: wholeNumber(count) });
};

export const observationsFound = (count: number, isExact: boolean): string => {
  if (isExact) return m.inbox_total({ count });
  return count < 2 ? m.count_unknown() : m.inbox_total_at_least({ count: wholeNumber(count) });
};
