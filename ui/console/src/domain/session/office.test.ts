import type { Invitation, Session } from "@baken/bindings";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { TabNews, Tabs } from "../../shared/tabs";
import { HeldKey, type KeyWatch } from "../sealed/heldKey";
import { KeyHolder } from "../sealed/keyHolder";
import type { KeyAnswer } from "../sealed/keyProtocol";
import type { Keyring } from "../sealed/keyring";

const opened: { resolve: (keyring: Keyring) => void }[] = [];
/** Stretching takes as long as the test says. */
const stretching = () =>
  new Promise<Keyring>((resolve) => {
    opened.push({ resolve });
  });

const SESSION: Session = {
  login: "coordinator",
  organisation: "gemeente-velsen",
  roles: ["coordinator", "device-manager"],
  permissions: ["read-records", "read-sealed", "handle-records", "read-devices", "manage-devices"],
  levels: ["team"],
  waits: false,
  csrfToken: "token",
  tenant: "GM0453",
  municipality: "Velsen",
  timeZone: "Europe/Amsterdam",
  expiresAt: "2026-11-24T22:00:00Z",
  signOutAt: null,
};
const KEY = { login: "coordinator", recipient: "age1", wrappedIdentity: "", teamKeys: [], recovery: "" };
const KEYRING: Keyring = new Map([["team@1", "AGE-SECRET-KEY-1"]]);

/** What the backend answers to each call; a call that is not here fails like a lost connection. */
let answers: Record<string, (init: RequestInit) => Response | Promise<Response>>;
/** The one session of this browser: its cookie is every tab's. */
let cookie: Session | null;

const { Office } = await import("./office.svelte");

/** To a holder beside the pages, with nothing in between. */
function lineTo(holder: KeyHolder) {
  let heard: (answer: KeyAnswer) => void = () => undefined;
  const take = holder.connect({
    tell: (answer) => {
      heard(answer);
    },
  });
  return {
    reach: "browser" as const,
    tell: (request: unknown) => {
      take(request, holder.origin);
    },
    listen: (listener: typeof heard) => (heard = listener),
    onbroken: () => undefined,
  };
}

type Tab = { tabs: Tabs; hold: (watch: KeyWatch) => HeldKey };

/** The tabs of one browser: what one tells, the others hear; and they have one holder of the key. */
function browser() {
  const heard: ((news: TabNews) => void)[] = [];
  const holder = new KeyHolder("https://baken.example", () => Date.now(), stretching);
  const tab = (): Tab => {
    let own: ((news: TabNews) => void) | undefined;
    const tabs: Tabs = {
      tell: (news) => {
        for (const each of heard) if (each !== own) each(news);
      },
      listen: (hear) => {
        own = hear;
        heard.push(hear);
      },
    };
    return { tabs, hold: (watch) => new HeldKey(watch, () => lineTo(holder)) };
  };
  return tab;
}

/** Each sign-in is a session of its own, with a token of its own. */
function signInAs(login: string): Session {
  sessions += 1;
  cookie = { ...SESSION, login, csrfToken: `token-${sessions}` };
  return cookie;
}
let sessions = 0;
/** Where this tab was when it went to the municipality's own sign-in. */
let kept: string | null;

/** As the backend does: nothing is changed for whoever does not repeat the session's token. */
function withToken(init: RequestInit, answer: () => Response): Response {
  if (cookie === null) return ended();
  const given = new Headers(init.headers).get("x-csrf-token");
  return given === cookie.csrfToken ? answer() : Response.json({ code: "csrf" }, { status: 403 });
}

beforeEach(() => {
  opened.length = 0;
  cookie = null;
  kept = null;
  answers = {
    "POST /v1/sessions": ({ body }) =>
      Response.json(signInAs((JSON.parse(body as string) as { login: string }).login), { status: 201 }),
    "GET /v1/sessions/current": () => (cookie ? Response.json(cookie) : ended()),
    "DELETE /v1/sessions/current": (init) =>
      withToken(init, () => {
        cookie = null;
        return new Response(null, { status: 204 });
      }),
    "POST /v1/invitations": (init) => withToken(init, () => Response.json({ id: "i1" }, { status: 201 })),
    "GET /v1/member-key": () => Response.json(KEY),
    "GET /v1/vocabulary": () => Response.json({ version: 1 }),
  };
  vi.useFakeTimers();
  vi.setSystemTime(Date.parse("2026-11-24T10:00:00Z"));
  vi.stubGlobal("location", new URL("https://baken.example/inbox?urgency=acuut"));
  vi.stubGlobal("window", { addEventListener: vi.fn() });
  vi.stubGlobal("sessionStorage", {
    getItem: () => kept,
    setItem: (_name: string, path: string) => (kept = path),
    removeItem: () => (kept = null),
  });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: vi.fn() });
  vi.stubGlobal("history", {
    replaceState: (_state: unknown, _title: string, path: string) => {
      vi.stubGlobal("location", new URL(path, location.href));
    },
  });
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const answer = answers[`${init.method ?? "GET"} ${path}`];
    return answer ? Promise.resolve(answer(init)) : Promise.reject(new TypeError("Failed to fetch"));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function signedIn(tab: Tab = browser()()) {
  const office = new Office(tab.tabs, tab.hold);
  await office.signIn("coordinator", "geheim");
  return office;
}

/** A tab in which nobody signed in, as one opened before. */
async function atSignIn(tab: Tab) {
  const office = new Office(tab.tabs, tab.hold);
  await office.restore();
  return office;
}

async function withOpenKey(tab?: Tab) {
  const office = await signedIn(tab);
  const before = opened.length;
  const opening = office.openKey("wachtwoordzin");
  await vi.waitFor(() => expect(opened).toHaveLength(before + 1));
  opened[before]?.resolve(KEYRING);
  await opening;
  expect(office.key?.teams).toEqual(["team@1"]);
  return office;
}

/** A tab of a browser in which the key is open already. */
async function beside(tab: Tab) {
  const office = await atSignIn(tab);
  expect(office.key?.teams).toEqual(["team@1"]);
  return office;
}

const ended = () => Response.json({ code: "not-signed-in" }, { status: 401 });

describe("Office", () => {
  it("closes the key when one signs out", async () => {
    const office = await withOpenKey();
    await office.signOut();
    expect(office.session).toBeNull();
    expect(office.key).toBeNull();
    expect(office.signInReason).toBe("signed-out");
    expect(office.router.current).toEqual({ page: "inbox", query: "" });
  });

  it("has the key open in every tab, also in one that is opened later or loaded anew", async () => {
    const tab = browser();
    const before = await signedIn(tab());
    const here = await withOpenKey(tab());
    expect(before.key?.teams).toEqual(["team@1"]);
    const later = await beside(tab());
    here.left();
    expect(here.key).toBeNull();
    expect(later.key).not.toBeNull();
    await beside(tab());
    here.returned();
    expect(here.key).not.toBeNull();
  });

  it("signs out in every tab at once", async () => {
    const tab = browser();
    const there = await withOpenKey(tab());
    const here = await beside(tab());
    await here.signOut();
    expect(there.session).toBeNull();
    expect(there.key).toBeNull();
    expect(there.signInReason).toBe("signed-out");
    expect(there.router.current).toEqual({ page: "inbox", query: "" });
  });

  it("closes the key in every tab, also where the server cannot be told", async () => {
    const tab = browser();
    const there = await withOpenKey(tab());
    const here = await beside(tab());
    delete answers["DELETE /v1/sessions/current"];
    await expect(here.signOut()).rejects.toMatchObject({ code: "network" });
    expect(there.key).toBeNull();
    expect(there.session).not.toBeNull();
  });

  it("keeps the key open in every tab while one works in one of them", async () => {
    const tab = browser();
    const asleep = await withOpenKey(tab());
    const atWork = await beside(tab());
    vi.advanceTimersByTime(10 * 60_000);
    atWork.touched();
    vi.advanceTimersByTime(5 * 60_000);
    expect(asleep.key).not.toBeNull();
    vi.advanceTimersByTime(10 * 60_000);
    for (const each of [asleep, atWork]) {
      expect(each.key).toBeNull();
      expect(each.keyNotice).toBe("idle");
    }
  });

  it("closes the key at the session's own end", async () => {
    const office = await signedIn();
    vi.setSystemTime(Date.parse(SESSION.expiresAt) - 60_000);
    const opening = office.openKey("wachtwoordzin");
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    opened[0]?.resolve(KEYRING);
    await opening;
    expect(office.key).not.toBeNull();
    vi.advanceTimersByTime(70_000);
    expect(office.key).toBeNull();
  });

  it("closes the key, and says that one is still signed in, when the server cannot be told", async () => {
    const office = await withOpenKey();
    delete answers["DELETE /v1/sessions/current"];
    await expect(office.signOut()).rejects.toMatchObject({ code: "network" });
    expect(office.session).not.toBeNull();
    expect(office.key).toBeNull();
  });

  it("opens no key that was closed while it was being opened", async () => {
    const office = await signedIn();
    const opening = office.openKey("wachtwoordzin");
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    office.closeKey();
    opened[0]?.resolve(KEYRING);
    await opening;
    expect(office.key).toBeNull();
  });

  it("closes the key and keeps the place when the session ended", async () => {
    const office = await withOpenKey();
    answers["GET /v1/devices?"] = ended;
    await expect(office.api.devices("")).rejects.toMatchObject({ code: "not-signed-in" });
    expect(office.session).toBeNull();
    expect(office.key).toBeNull();
    expect(office.signInReason).toBe("session-ended");
    expect(office.router.current).toEqual({ page: "inbox", query: "urgency=acuut" });
  });

  it("opens no key for whoever signs in next", async () => {
    const office = await signedIn();
    const opening = office.openKey("wachtwoordzin");
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    await office.signOut();
    await office.signIn("politie", "geheim");
    opened[0]?.resolve(KEYRING);
    await opening;
    expect(office.session).not.toBeNull();
    expect(office.key).toBeNull();
  });

  it("closes the key after a quarter of an hour without a touch", async () => {
    const office = await withOpenKey();
    vi.advanceTimersByTime(14 * 60_000);
    office.touched();
    vi.advanceTimersByTime(14 * 60_000);
    expect(office.key).not.toBeNull();
    vi.advanceTimersByTime(60_000);
    expect(office.key).toBeNull();
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
    expect(office.key).not.toBeNull();
  });
});

describe("Office, when somebody signs in in another tab", () => {
  it("closes the key, leaves the place and shows who is signed in now, where it is another account", async () => {
    const tab = browser();
    const there = await atSignIn(tab());
    const here = await withOpenKey(tab());
    // Sent off before the news of the first sign-in was there.
    await there.signIn("agent", "geheim");
    await vi.waitFor(() => expect(here.session?.login).toBe("agent"));
    expect(here.key).toBeNull();
    expect(here.router.current).toEqual({ page: "inbox", query: "" });
    expect(here.accountChanged).toBe(true);
    expect(there.accountChanged).toBe(false);
  });

  it("opens no key that was being opened for the account before", async () => {
    const tab = browser();
    const there = await atSignIn(tab());
    const here = await signedIn(tab());
    const opening = here.openKey("wachtwoordzin");
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    await there.signIn("agent", "geheim");
    await vi.waitFor(() => expect(here.session?.login).toBe("agent"));
    opened[0]?.resolve(KEYRING);
    await opening;
    expect(here.key).toBeNull();
  });

  it("keeps key and place, and goes on with the new token, where it is the same account", async () => {
    const tab = browser();
    const there = await atSignIn(tab());
    const here = await withOpenKey(tab());
    await there.signIn("coordinator", "geheim");
    await vi.waitFor(() => expect(here.session?.csrfToken).toBe(cookie?.csrfToken));
    expect(here.key?.teams).toEqual(["team@1"]);
    expect(here.router.current).toEqual({ page: "inbox", query: "urgency=acuut" });
    expect(here.accountChanged).toBe(false);
    const asked: string[] = [];
    const session = answers["GET /v1/sessions/current"];
    answers["GET /v1/sessions/current"] = (init) => {
      asked.push("session");
      return session?.(init) ?? ended();
    };
    await here.api.invite("tablet", "politie");
    expect(asked).toEqual([]);
  });

  it("signs a tab in that stood before the sign-in page", async () => {
    const tab = browser();
    const there = await atSignIn(tab());
    await signedIn(tab());
    await vi.waitFor(() => expect(there.session?.login).toBe("coordinator"));
    expect(there.accountChanged).toBe(false);
  });

  it("lets nobody go on as who they were where the backend cannot say who is signed in", async () => {
    const tab = browser();
    const there = await atSignIn(tab());
    const here = await withOpenKey(tab());
    delete answers["GET /v1/sessions/current"];
    await there.signIn("agent", "geheim");
    await vi.waitFor(() => expect(here.session).toBeNull());
    expect(here.key).toBeNull();
  });

  it("takes no answer for who is signed in that was overtaken by signing out", async () => {
    const tab = browser();
    const there = await atSignIn(tab());
    const here = await signedIn(tab());
    const answer = answers["GET /v1/sessions/current"];
    let late: ((response: Response) => void) | undefined;
    answers["GET /v1/sessions/current"] = (init) => {
      if (late) return answer?.(init) ?? ended();
      return new Promise((resolve) => (late = resolve));
    };
    await there.signIn("coordinator", "geheim");
    await vi.waitFor(() => expect(late).toBeDefined());
    const session = cookie;
    await here.signOut();
    late?.(Response.json(session));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(here.session).toBeNull();
    expect(here.signInReason).toBe("signed-out");
  });
});

describe("Office, when the news of another sign-in did not come through", () => {
  it("forgets the account before, and shows the one there is, once its token is refused", async () => {
    const here = await withOpenKey();
    signInAs("agent");
    await expect(here.api.invite("tablet", "politie")).rejects.toMatchObject({ code: "csrf" });
    expect(here.session?.login).toBe("agent");
    expect(here.key).toBeNull();
    expect(here.router.current).toEqual({ page: "inbox", query: "" });
    expect(here.accountChanged).toBe(true);
  });

  it("does what was asked where it is the same account, with key and place kept", async () => {
    const here = await withOpenKey();
    signInAs("coordinator");
    expect(await here.api.invite("tablet", "politie")).toEqual({ id: "i1" });
    expect(here.key?.teams).toEqual(["team@1"]);
    expect(here.router.current).toEqual({ page: "inbox", query: "urgency=acuut" });
  });

  it("ends another's session too when one signs out, and shows the sign-in page in every tab", async () => {
    const tab = browser();
    const here = await withOpenKey(tab());
    const there = await withOpenKey(tab());
    signInAs("agent");
    await here.signOut();
    expect(cookie).toBeNull();
    for (const each of [here, there]) {
      expect(each.session).toBeNull();
      expect(each.key).toBeNull();
      expect(each.signInReason).toBe("signed-out");
    }
  });

  it("signs out where that session is already over", async () => {
    const here = await signedIn();
    cookie = null;
    await here.signOut();
    expect(here.session).toBeNull();
    expect(here.signInReason).toBe("signed-out");
  });
});

describe("Office, when another account signs in after a session ended", () => {
  it("does not lead it to the place of the account before", async () => {
    const office = await signedIn();
    answers["GET /v1/devices?"] = ended;
    await expect(office.api.devices("")).rejects.toMatchObject({ code: "not-signed-in" });
    await office.signIn("agent", "geheim");
    expect(office.router.current).toEqual({ page: "inbox", query: "" });
  });

  it("leads the same account back to where it was", async () => {
    const office = await signedIn();
    answers["GET /v1/devices?"] = ended;
    await expect(office.api.devices("")).rejects.toMatchObject({ code: "not-signed-in" });
    await office.signIn("coordinator", "geheim");
    expect(office.router.current).toEqual({ page: "inbox", query: "urgency=acuut" });
  });
});

describe("Office, what one was doing", () => {
  const INVITATION = { id: "i1", expiresAt: "2099-01-01T00:00:00Z" } as unknown as Invitation;
  async function atWork() {
    const office = await signedIn();
    office.typed.write("invite-label", "tablet haventeam 2");
    office.handedOut.add(INVITATION);
    office.places.leave("inbox ", { snapshot: null, operation: null, scrollY: 900 });
    return office;
  }
  const kept = (office: Awaited<ReturnType<typeof signedIn>>) => ({
    typed: office.typed.read("invite-label"),
    invitation: office.handedOut.shown?.id,
  });

  it("survives the end of the session, for the same account", async () => {
    const office = await atWork();
    answers["GET /v1/devices?"] = ended;
    await expect(office.api.devices("")).rejects.toMatchObject({ code: "not-signed-in" });
    await office.signIn("coordinator", "geheim");
    expect(kept(office)).toEqual({ typed: "tablet haventeam 2", invitation: "i1" });
    expect(office.places.find("inbox ")).toBeNull();
  });

  it("is gone for another account, and once one signs out", async () => {
    const office = await atWork();
    answers["GET /v1/devices?"] = ended;
    await expect(office.api.devices("")).rejects.toMatchObject({ code: "not-signed-in" });
    await office.signIn("agent", "geheim");
    expect(kept(office)).toEqual({ typed: "", invitation: undefined });
    const other = await atWork();
    await other.signOut();
    expect(kept(other)).toEqual({ typed: "", invitation: undefined });
  });
});

describe("Office, by the municipality's own sign-in", () => {
  const OUT = "https://in.example/end?client_id=baken";

  function arriving(at: string, leave: (address: string) => void = vi.fn()) {
    vi.stubGlobal("location", new URL(at, "https://baken.example"));
    const tab = browser()();
    return new Office(tab.tabs, tab.hold, leave);
  }

  it("goes there, and is back where one was, without a code in the address", async () => {
    const left: string[] = [];
    answers["POST /v1/sign-in/departures"] = () =>
      Response.json({ address: "https://in.example/auth" }, { status: 201 });
    await arriving("/inbox?urgency=acuut", (address) => left.push(address)).leaveForProvider();
    expect(left).toEqual(["https://in.example/auth"]);

    let given: unknown;
    answers["POST /v1/sign-in/returns"] = ({ body }) => {
      given = JSON.parse(body as string);
      return Response.json(signInAs("agent"), { status: 201 });
    };
    const office = arriving("/sign-in?state=a&code=b&iss=https%3A%2F%2Fin.example");
    expect(location.pathname + location.search).toBe("/inbox?urgency=acuut");
    await office.restore();
    expect(given).toEqual({ state: "a", code: "b", iss: "https://in.example" });
    expect(office.session?.login).toBe("agent");
  });

  it("says why somebody who came back was not signed in", async () => {
    answers["POST /v1/sign-in/returns"] = () => Response.json({ code: "unknown-subject" }, { status: 403 });
    const office = arriving("/sign-in?state=a&code=b");
    await office.restore();
    expect(office.session).toBeNull();
    expect(office.returnFailed?.code).toBe("unknown-subject");
  });

  it("leaves whoever is signed in already as they are, if what came back is refused", async () => {
    signInAs("coordinator");
    answers["POST /v1/sign-in/returns"] = () => Response.json({ code: "sign-in-lapsed" }, { status: 401 });
    const office = arriving("/sign-in?state=a&code=b");
    await office.restore();
    expect(office.session?.login).toBe("coordinator");
    expect(office.returnFailed).toBeNull();
  });

  it("asks for a code where one is needed, and signs in by it", async () => {
    answers["POST /v1/sign-in/returns"] = () =>
      Response.json({ code: "second-factor-required" }, { status: 401 });
    answers["POST /v1/sign-in/codes"] = () => Response.json(signInAs("agent"), { status: 201 });
    const office = arriving("/sign-in?state=a&code=b");
    await office.restore();
    expect([office.codeAsked, office.returnFailed]).toEqual([true, null]);
    await office.proveSecondStep("123456");
    expect([office.codeAsked, office.session?.login]).toEqual([false, "agent"]);
  });

  it("signs out there too, after it signed out here", async () => {
    const left: string[] = [];
    const office = arriving("/inbox", (address) => {
      expect(cookie).toBeNull();
      left.push(address);
    });
    answers["POST /v1/sessions"] = () => {
      cookie = { ...signInAs("coordinator"), signOutAt: OUT };
      return Response.json(cookie, { status: 201 });
    };
    await office.signIn("coordinator", "geheim");
    await office.signOut();
    expect(left).toEqual([`${OUT}&state=signed-out`]);
    const back = arriving("/sign-in?state=signed-out");
    await back.restore();
    expect(back.signInReason).toBe("signed-out");
  });

  it("goes nowhere after signing out of a session that began with a password", async () => {
    const left: string[] = [];
    const office = arriving("/inbox", (address) => left.push(address));
    await office.signIn("coordinator", "geheim");
    await office.signOut();
    expect(left).toEqual([]);
  });
});
