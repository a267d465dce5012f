/** The list of devices, page by page from the last enrolled on. */
import type { DevicePage } from "@baken/bindings";

/** What is shown at first, and how many more each time. */
export const PAGE = 50;
/** The most the backend answers at once. */
const MOST = 200;

type Ask = (query: string) => Promise<DevicePage>;

/** So many devices from the beginning, or from `cursor` on, and where the next one begins. */
export async function listed(ask: Ask, count: number, cursor: string | null = null): Promise<DevicePage> {
  const devices: DevicePage["devices"] = [];
  let next = cursor;
  do {
    const query = new URLSearchParams({ limit: String(Math.min(MOST, count - devices.length)) });
    if (next !== null) query.set("cursor", next);
    const page = await ask(query.toString());
    devices.push(...page.devices);
    next = page.nextCursor;
  } while (next !== null && devices.length < count);
  return { devices, nextCursor: next };
}
