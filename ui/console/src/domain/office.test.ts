import type { Session } from "@baken/bindings";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

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

beforeEach(() => {
  opened.length = 0;
  answers = {
    "POST /v1/sessions": () => Response.json(SESSION, { status: 201 }),
    "DELETE /v1/sessions/current": () => new Response(null, { status: 204 }),
    "GET /v1/member-key": () => Response.json({}),
    "GET /v1/vocabulary": () => Response.json({ version: 1 }),
  };
  vi.useFakeTimers();
  vi.stubGlobal("location", new URL("https://baken.example/inbox"));
  vi.stubGlobal("window", { addEventListener: vi.fn() });
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const answer = answers[`${init.method ?? "GET"} ${path}`];
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError("Failed to fetch"));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function signedIn() {
  const office = new Office();
  await office.signIn("coordinator", "geheim");
  return office;
}

async function withOpenKey() {
  const office = await signedIn();
  const opening = office.openKey("wachtzin");
  await vi.waitFor(() => expect(opened).toHaveLength(1));
  opened[0]?.resolve(KEYRING);
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
    expect(office.sessionEnded).toBe(true);
    expect(office.router.current.page).toBe("inbox");
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
    expect(office.session).not.toBeNull();
  });
});
