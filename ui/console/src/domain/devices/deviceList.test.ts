import type { DevicePage, DeviceSummary } from "@baken/bindings";
import { describe, expect, it } from "vitest";

import { listed } from "./deviceList";

/** A backend with so many devices, which remembers what it was asked. */
function backend(count: number) {
  const asked: string[] = [];
  const ask = (query: string): Promise<DevicePage> => {
    asked.push(query);
    const sent = new URLSearchParams(query);
    const [from, limit] = [Number(sent.get("cursor") ?? 0), Number(sent.get("limit"))];
    const end = Math.min(count, from + limit);
    const devices = Array.from(
      { length: end - from },
      (_, at) => ({ device: String(from + at) }) as DeviceSummary,
    );
    return Promise.resolve({ devices, nextCursor: end < count ? String(end) : null });
  };
  return { ask, asked };
}

describe("listed", () => {
  it("asks for no more than are shown, and says where the next begins", async () => {
    const { ask, asked } = backend(300);
    const first = await listed(ask, 50);
    expect([first.devices.length, first.nextCursor]).toEqual([50, "50"]);
    const more = await listed(ask, 50, first.nextCursor);
    expect([more.devices[0]?.device, more.nextCursor]).toEqual(["50", "100"]);
    expect(asked).toEqual(["limit=50", "limit=50&cursor=50"]);
  });

  it("goes on where the backend answers fewer at once, to the very number", async () => {
    const { ask, asked } = backend(1000);
    const page = await listed(ask, 450);
    expect([page.devices.length, page.nextCursor]).toEqual([450, "450"]);
    expect(new Set(page.devices.map(({ device }) => device)).size).toBe(450);
    expect(asked).toEqual(["limit=200", "limit=200&cursor=200", "limit=50&cursor=400"]);
  });

  it("ends with the last device", async () => {
    const page = await listed(backend(3).ask, 50);
    expect([page.devices.length, page.nextCursor]).toEqual([3, null]);
  });
});
