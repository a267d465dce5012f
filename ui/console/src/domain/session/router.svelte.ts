/** Which page the address bar names. A handful of pages needs no library. */
import { inboxPath } from "../list/filters";
import { entityFrom } from "../list/inspectionAddress";

export type Route =
  | { page: "inbox"; query: string }
  /** By its operation: two records may claim one entity. */
  | { page: "observation"; operation: string }
  | { page: "inspection"; operation: string }
  /** All of them, or with `entity` those that claim to be this one, as an observation names it. */
  | { page: "inspections"; entity: string | null }
  | { page: "contact"; operation: string }
  | { page: "contacts" }
  | { page: "devices" }
  | { page: "members" }
  | { page: "unknown" };

export function routeOf(path: string, query: string): Route {
  const [first = "", second = "", ...rest] = path.split("/").filter(Boolean);
  if (rest.length > 0) return { page: "unknown" };
  if ((first === "" || first === "inbox") && second === "") return { page: "inbox", query };
  if (first === "devices" && second === "") return { page: "devices" };
  if (first === "members" && second === "") return { page: "members" };
  if (first === "contacts")
    return second === "" ? { page: "contacts" } : { page: "contact", operation: second };
  if (first === "observations" && second !== "") return { page: "observation", operation: second };
  if (first === "inspections" && second !== "") return { page: "inspection", operation: second };
  if (first === "inspections") {
    return { page: "inspections", entity: entityFrom(query) };
  }
  return { page: "unknown" };
}

export class Router {
  #route = $state<Route>(routeOf(location.pathname, location.search.slice(1)));
  #inboxPath = $state(inboxPath(""));
  #leftAt = 0;

  constructor() {
    this.#rememberInbox();
    // A list puts itself back where it was, once it has its rows again.
    if ("scrollRestoration" in history) history.scrollRestoration = "manual";
    window.addEventListener("popstate", () => {
      this.#leftAt = window.scrollY;
      this.#read();
      window.scrollTo(0, 0);
    });
  }

  get current(): Route {
    return this.#route;
  }

  /** The inbox as it was last seen, filters and all. */
  get inboxPath(): string {
    return this.#inboxPath;
  }

  /** How far the page before this one had been scrolled when it was left. */
  get leftAt(): number {
    return this.#leftAt;
  }

  go(path: string): void {
    this.#leftAt = window.scrollY;
    history.pushState(null, "", path);
    this.#read();
    window.scrollTo(0, 0);
  }

  /** The same page under another address: a filter is no step back. */
  replace(path: string): void {
    history.replaceState(null, "", path);
    this.#read();
  }

  #read(): void {
    this.#route = routeOf(location.pathname, location.search.slice(1));
    this.#rememberInbox();
  }

  #rememberInbox(): void {
    if (this.#route.page !== "inbox") return;
    this.#inboxPath = inboxPath(this.#route.query);
  }
}
