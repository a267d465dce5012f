/** Which page the address bar names. Four pages need no library. */

export type Route =
  | { page: "inbox"; query: string }
  | { page: "observation"; id: string }
  | { page: "inspection"; id: string }
  | { page: "devices" }
  | { page: "unknown" };

export function routeOf(path: string, query: string): Route {
  const [first = "", second = "", ...rest] = path.split("/").filter(Boolean);
  if (rest.length > 0) return { page: "unknown" };
  if ((first === "" || first === "inbox") && second === "") return { page: "inbox", query };
  if (first === "devices" && second === "") return { page: "devices" };
  if (first === "observations" && second !== "") return { page: "observation", id: second };
  if (first === "inspections" && second !== "") return { page: "inspection", id: second };
  return { page: "unknown" };
}

export class Router {
  #route = $state<Route>(routeOf(location.pathname, location.search.slice(1)));
  #inboxPath = $state("/inbox");

  constructor() {
    this.#rememberInbox();
    window.addEventListener("popstate", () => {
      this.#read();
    });
  }

  get current(): Route {
    return this.#route;
  }

  /** The inbox as it was last seen, filters and all. */
  get inboxPath(): string {
    return this.#inboxPath;
  }

  go(path: string): void {
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
    this.#inboxPath = this.#route.query ? `/inbox?${this.#route.query}` : "/inbox";
  }
}
