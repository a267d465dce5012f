import type { Session } from "@baken/bindings";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { TabNews, Tabs } from "../shared/tabs";
import type { Keyring } from "./keyring";

const opened: { resolve: (keyring: Keyring) => void }[] = [];
vi.mock("./openKeyring", () => ({
  openKeyringInWorker: () =>
    new Promise<Keyring>((resolve) => {
      opened.push({ resolve });
    }),
}));

const SESSION: Session = {
  login: "coordinator",
  organisation: "gemeente-velsen",
  levels: ["team"],
  csrfToken: "token",
  tenant: "GM0453",
  municipality: "Velsen",
  expiresAt: "2026-11-24T22:00:00Z",
};
const KEYRING: Keyring = new Map([["team@1", "AGE-SECRET-KEY-1"]]);

/** What the backend answers to each call; a call that is not here fails like a lost connection. */
let answers: Record<string, () => Response>;

const { Office } = await import("./office.svelte");

/** The tabs of one browser: what one tells, the others hear. */
function browser() {
  const heard: ((news: TabNews) => void)[] = [];
  const tab = (): Tabs => {
    let own: ((news: TabNews) => void) | undefined;
    return {
      tell: (news) => {
        for (const each of heard) if (each !== own) each(news);
      },
      listen: (hear) => {
        own = hear;
        heard.push(hear);
      },
    };
  };
  return tab;
}

beforeEach(() => {
  opened.length = 0;
  answers = {
    "POST /v1/sessions": () => Response.json(SESSION, { status: 201 }),
    "DELETE /v1/sessions/current": () => new Response(null, { status: 204 }),
    "GET /v1/member-key": () => Response.json({}),
    "GET /v1/vocabulary": () => Response.json({ version: 1 }),
  };
  vi.useFakeTimers();
  vi.stubGlobal("location", new URL("https://baken.example/inbox?urgency=acuut"));
  vi.stubGlobal("window", { addEventListener: vi.fn() });
  vi.stubGlobal("history", {
    replaceState: (_state: unknown, _title: string, path: string) => {
      vi.stubGlobal("location", new URL(path, location.href));
    },
  });
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const answer = answers[`${init.method ?? "GET"} ${path}`];
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError("Failed to fetch"));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function signedIn(tab: Tabs = browser()()) {
  const office = new Office(tab);
  await office.signIn("coordinator", "geheim");
  return office;
}

async function withOpenKey(tab?: Tabs) {
  const office = await signedIn(tab);
  const before = opened.length;
  const opening = office.openKey("wachtzin");
  await vi.waitFor(() => expect(opened).toHaveLength(before + 1));
  opened[before]?.resolve(KEYRING);
  await opening;
  expect(office.keyring).toEqual(KEYRING);
  return office;
}

const ended = () => Response.json({ code: "not-signed-in" }, { status: 401 });

describe("Office", () => {
  it("closes the key when one signs out", async () => {
    const office = await withOpenKey();
    await office.signOut();
    expect(office.session).toBeNull();
    expect(office.keyring).toBeNull();
    expect(office.signInReason).toBe("signed-out");
    expect(office.router.current).toEqual({ page: "inbox", query: "" });
  });

  it("signs out in every tab at once", async () => {
    const tab = browser();
    const here = await signedIn(tab());
    const there = await withOpenKey(tab());
    await here.signOut();
    expect(there.session).toBeNull();
    expect(there.keyring).toBeNull();
    expect(there.signInReason).toBe("signed-out");
    expect(there.router.current).toEqual({ page: "inbox", query: "" });
  });

  it("closes the key in every tab, also where the server cannot be told", async () => {
    const tab = browser();
    const here = await withOpenKey(tab());
    const there = await withOpenKey(tab());
    delete answers["DELETE /v1/sessions/current"];
    await expect(here.signOut()).rejects.toMatchObject({ code: "network" });
    expect(there.keyring).toBeNull();
    expect(there.session).not.toBeNull();
  });

  it("leaves the key open in a tab where one works when another falls asleep", async () => {
    const tab = browser();
    const asleep = await withOpenKey(tab());
    const atWork = await withOpenKey(tab());
    vi.advanceTimersByTime(10 * 60_000);
    atWork.touched();
    vi.advanceTimersByTime(5 * 60_000);
    expect(asleep.keyring).toBeNull();
    expect(atWork.keyring).not.toBeNull();
  });

  it("closes the key, and says that one is still signed in, when the server cannot be told", async () => {
    const office = await withOpenKey();
    delete answers["DELETE /v1/sessions/current"];
    await expect(office.signOut()).rejects.toMatchObject({ code: "network" });
    expect(office.session).not.toBeNull();
    expect(office.keyring).toBeNull();
  });

  it("opens no key that was closed while it was being opened", async () => {
    const office = await signedIn();
    const opening = office.openKey("wachtzin");
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    office.closeKey();
    opened[0]?.resolve(KEYRING);
    await opening;
    expect(office.keyring).toBeNull();
  });

  it("closes the key and keeps the place when the session ended", async () => {
    const office = await withOpenKey();
    answers["GET /v1/devices"] = ended;
    await expect(office.api.devices()).rejects.toMatchObject({ code: "not-signed-in" });
    expect(office.session).toBeNull();
    expect(office.keyring).toBeNull();
    expect(office.signInReason).toBe("session-ended");
    expect(office.router.current).toEqual({ page: "inbox", query: "urgency=acuut" });
  });

  it("opens no key for whoever signs in next", async () => {
    const office = await signedIn();
    const opening = office.openKey("wachtzin");
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    await office.signOut();
    await office.signIn("politie", "geheim");
    opened[0]?.resolve(KEYRING);
    await opening;
    expect(office.session).not.toBeNull();
    expect(office.keyring).toBeNull();
  });

  it("closes the key after a quarter of an hour without a touch", async () => {
    const office = await withOpenKey();
    vi.advanceTimersByTime(14 * 60_000);
    office.touched();
    vi.advanceTimersByTime(14 * 60_000);
    expect(office.keyring).not.toBeNull();
    vi.advanceTimersByTime(60_000);
    expect(office.keyring).toBeNull();
    expect(office.keyNotice).toBe("idle");
    expect(office.session).not.toBeNull();
  });

  it("warns a minute before it closes the key, and keeps it open for whoever is there", async () => {
    const office = await withOpenKey();
    vi.advanceTimersByTime(13 * 60_000);
    expect(office.keyNotice).toBe("none");
    vi.advanceTimersByTime(60_000);
    expect(office.keyNotice).toBe("closing");
    office.touched();
    expect(office.keyNotice).toBe("none");
    vi.advanceTimersByTime(13 * 60_000);
    expect(office.keyring).not.toBeNull();
  });
});
