/** Which page the address bar names. A handful of pages needs no library. */
import { inboxPath } from "../list/filters";
import { entityFrom } from "../list/inspectionAddress";

export type Route =
  | { page: "inbox"; query: string }
  /** By its operation: two records may claim one entity. */
  | { page: "observation"; operation: string }
  | { page: "reports"; query: string }
  | { page: "report"; report: string }
  | { page: "new-report" }
  | { page: "inspection"; operation: string }
  /** All of them, or with `entity` those that claim to be this one, as an observation names it. */
  | { page: "inspections"; entity: string | null }
  | { page: "contact"; operation: string }
  | { page: "contacts" }
  /** What is looked for stands in no address: it would be sent to the server. */
  | { page: "search" }
  | { page: "devices" }
  | { page: "members" }
  /** What devices are given to work with. */
  | { page: "planning" }
  | { page: "account" }
  /** Colleagues who wait for a key. */
  | { page: "admissions" }
  /** Somebody who was invited. The code stands behind the `#`, which is sent to no server. */
  | { page: "join" }
  | { page: "unknown" };

export function routeOf(path: string, query: string): Route {
  const [first = "", second = "", ...rest] = path.split("/").filter(Boolean);
  if (rest.length > 0) return { page: "unknown" };
  if ((first === "" || first === "inbox") && second === "") return { page: "inbox", query };
  if (first === "search" && second === "") return { page: "search" };
  if (first === "devices" && second === "") return { page: "devices" };
  if (first === "members" && second === "") return { page: "members" };
  if (first === "planning" && second === "") return { page: "planning" };
  if (first === "account" && second === "") return { page: "account" };
  if (first === "admissions" && second === "") return { page: "admissions" };
  if (first === "join" && second === "") return { page: "join" };
  if (first === "contacts")
    return second === "" ? { page: "contacts" } : { page: "contact", operation: second };
  if (first === "reports" && second === "") return { page: "reports", query };
  if (first === "reports")
    return second === "new" ? { page: "new-report" } : { page: "report", report: second };
  if (first === "observations" && second !== "") return { page: "observation", operation: second };
  if (first === "inspections" && second !== "") return { page: "inspection", operation: second };
  if (first === "inspections") {
    return { page: "inspections", entity: entityFrom(query) };
  }
  return { page: "unknown" };
}

const entryOf = (state: unknown): number | null =>
  typeof state === "object" && state !== null && "entry" in state && typeof state.entry === "number"
    ? state.entry
    : null;

export class Router {
  #route = $state<Route>(routeOf(location.pathname, location.search.slice(1)));
  #inboxQuery = $state("");
  #leftAt = 0;
  #entries = 0;
  #entry = $state(0);
  #leftEntry = 0;
  /** What stood behind the `#` when the console was opened; gone from the address at once. */
  #behindHash = location.hash.slice(1);

  constructor() {
    this.#rememberInbox();
    this.#enter();
    // A list puts itself back where it was, once it has its rows again.
    if ("scrollRestoration" in history) history.scrollRestoration = "manual";
    window.addEventListener("popstate", () => {
      this.#leave();
      this.#entry = entryOf(history.state) ?? this.#enter();
      this.#read();
      window.scrollTo(0, 0);
    });
  }

  /** Hands it out once: whoever comes to this desk next finds nothing of it. */
  takeBehindHash(): string {
    const taken = this.#behindHash;
    this.#behindHash = "";
    return taken;
  }

  get current(): Route {
    return this.#route;
  }

  /** The inbox as it was last seen, filters and all. */
  get inboxPath(): string {
    return inboxPath(this.#inboxQuery);
  }

  /** What that inbox was asked for. */
  get inboxQuery(): string {
    return this.#inboxQuery;
  }

  /** How far the page before this one had been scrolled when it was left. */
  get leftAt(): number {
    return this.#leftAt;
  }

  /** Which entry of the history one is at: two of them may have one address. */
  get entry(): number {
    return this.#entry;
  }

  /** And which one it was that was left last. */
  get leftEntry(): number {
    return this.#leftEntry;
  }

  go(path: string): void {
    this.#leave();
    history.pushState(null, "", path);
    this.#enter();
    this.#read();
    window.scrollTo(0, 0);
  }

  /** The same page under another address: a filter is no step back. */
  replace(path: string): void {
    history.replaceState({ entry: this.#entry }, "", path);
    this.#read();
  }

  #leave(): void {
    [this.#leftAt, this.#leftEntry] = [window.scrollY, this.#entry];
  }

  /** Names an entry that has no name yet. */
  #enter(): number {
    this.#entries += 1;
    this.#entry = this.#entries;
    history.replaceState({ entry: this.#entry }, "", location.pathname + location.search);
    return this.#entry;
  }

  #read(): void {
    this.#route = routeOf(location.pathname, location.search.slice(1));
    this.#rememberInbox();
  }

  #rememberInbox(): void {
    if (this.#route.page !== "inbox") return;
    this.#inboxQuery = this.#route.query;
  }
}
