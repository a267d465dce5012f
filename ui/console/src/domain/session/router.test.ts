import { describe, expect, it, vi } from "vitest";

const ID = "01a20ae7-d2fc-7608-8755-c470bd37ced1";

/** A browser with just an address bar. */
function browserAt(address: string) {
  const listeners: (() => void)[] = [];
  const location = new URL(address, "https://baken.example");
  const moveTo = (path: string) => {
    const { pathname, search } = new URL(path, location);
    location.pathname = pathname;
    location.search = search;
  };
  const entries: string[] = [];
  vi.stubGlobal("location", location);
  const history = {
    state: null as unknown,
    pushState: (state: unknown, _title: string, path: string) => {
      history.state = state;
      entries.push(path);
      moveTo(path);
    },
    replaceState: (state: unknown, _title: string, path?: string) => {
      history.state = state;
      if (path !== undefined) moveTo(path);
    },
  };
  vi.stubGlobal("history", history);
  vi.stubGlobal("window", {
    addEventListener: (_name: string, listener: () => void) => listeners.push(listener),
    scrollTo: vi.fn(),
  });
  const back = (path: string, state: unknown = null) => {
    history.state = state;
    moveTo(path);
    for (const listener of listeners) listener();
  };
  return { entries, back, history };
}

const { Router, routeOf } = await import("./router.svelte");

describe("routeOf", () => {
  it.each([
    ["/", "", { page: "inbox", query: "" }],
    ["/inbox", "form=arbeid", { page: "inbox", query: "form=arbeid" }],
    ["/inbox/", "", { page: "inbox", query: "" }],
    ["/devices", "", { page: "devices" }],
    ["/search", "q=zeehond", { page: "search" }],
    ["/reports", "state=mine", { page: "reports", query: "state=mine" }],
    ["/reports/new", "", { page: "new-report" }],
    ["/reports/M-2026-031", "", { page: "report", report: "M-2026-031" }],
    [`/observations/${ID}`, "", { page: "observation", operation: ID }],
    ["/inspections", "", { page: "inspections", entity: null }],
    ["/inspections/", "entity=", { page: "inspections", entity: null }],
    ["/inspections", `entity=${ID}`, { page: "inspections", entity: ID }],
    [`/inspections/${ID}`, "", { page: "inspection", operation: ID }],
  ])("knows %s?%s", (path, query, route) => {
    expect(routeOf(path, query)).toEqual(route);
  });

  it.each([
    "/inbox/x",
    "/devices/x",
    "/observations",
    `/observations/${ID}/x`,
    `/inspections/${ID}/x`,
    "/elsewhere",
  ])("knows no page %s", (path) => {
    expect(routeOf(path, "")).toEqual({ page: "unknown" });
  });
});

describe("Router", () => {
  it("starts at the address the browser was opened at", () => {
    browserAt(`/observations/${ID}`);
    expect(new Router().current).toEqual({ page: "observation", operation: ID });
  });

  it("makes a step back of a page, and none of a filter", () => {
    const { entries, back } = browserAt("/inbox");
    const router = new Router();
    router.replace("/inbox?urgency=acuut");
    expect(router.current).toEqual({ page: "inbox", query: "urgency=acuut" });
    router.go("/devices");
    expect(entries).toEqual(["/devices"]);
    back("/inbox?urgency=acuut");
    expect(router.current).toEqual({ page: "inbox", query: "urgency=acuut" });
  });

  it("remembers the inbox with its filters from every other page", () => {
    browserAt(`/observations/${ID}`);
    const router = new Router();
    expect(router.inboxPath).toBe("/inbox");
    router.go("/inbox?urgency=acuut");
    router.go("/devices");
    expect(router.inboxPath).toBe("/inbox?urgency=acuut");
  });

  it("tells entries of the history apart that have one address", () => {
    const { back, history } = browserAt("/inbox");
    const router = new Router();
    const first = [router.entry, history.state] as const;
    router.go(`/observations/${ID}`);
    expect(router.leftEntry).toBe(first[0]);
    router.go("/inbox");
    expect(router.entry).not.toBe(first[0]);
    router.replace("/inbox?urgency=acuut");
    const third = router.entry;
    back("/inbox", first[1]);
    expect([router.entry, router.leftEntry]).toEqual([first[0], third]);
    back("/inbox", "of somebody else");
    expect(router.entry).toBeGreaterThan(third);
  });
});
