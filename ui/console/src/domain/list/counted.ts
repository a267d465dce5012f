/**
 * The numbers above a list, as they are said. Where the backend stopped counting, each is the least there are.
 */
import * as m from "../../paraglide/messages";
import { wholeNumber } from "../words/wording";

export const counted = (count: number, isExact: boolean): string =>
  isExact || count === 0 ? wholeNumber(count) : m.at_least({ count: wholeNumber(count) });

export const observationsFound = (count: number, isExact: boolean): string =>
  isExact ? m.inbox_total({ count }) : m.inbox_total_at_least({ count: wholeNumber(count) });
