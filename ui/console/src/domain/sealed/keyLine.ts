/**
 * How a page reaches the holder of the key: one for all pages of this browser where it has shared workers, else one of
 * this page alone, in a worker or, where there are none, in the page.
 */
import type { KeyAnswer, KeyRequest } from "./keyProtocol";

declare global {
  interface WorkerOptions {
    /** Chromium ends a shared worker with its last page, also while that is loaded anew, but for this. */
    extendedLifetime?: boolean;
  }
}

/** `reach`: whose key it is. `browser`: of all its tabs, and still open after loading anew; `tab`: of this one until it is left. */
export type KeyReach = "browser" | "tab";

export type KeyLine = {
  reach: KeyReach;
  tell: (request: KeyRequest, transfer?: Transferable[]) => void;
  /** Only one listens. */
  listen: (heard: (answer: KeyAnswer) => void) => void;
  /** Told where the holder could not be had after all. */
  onbroken: (broken: () => void) => void;
};

export function browserKeyLine(): KeyLine {
  if (typeof SharedWorker !== "undefined") {
    const worker = new SharedWorker(new URL("./keyHolder.worker.ts", import.meta.url), {
      type: "module",
      name: "baken-key",
      extendedLifetime: true,
    });
    worker.port.start();
    return lineOver("browser", worker.port, worker);
  }
  return tabKeyLine();
}

/** The key of this tab alone. */
export function tabKeyLine(): KeyLine {
  if (typeof Worker !== "undefined") {
    const worker = new Worker(new URL("./keyHolder.worker.ts", import.meta.url), { type: "module" });
    return lineOver("tab", worker, worker);
  }
  return pageKeyLine();
}

/** The holder in the page itself: nothing else is at hand. Fetched where it is needed; it is most of what there is to fetch. */
function pageKeyLine(): KeyLine {
  let heard: (answer: KeyAnswer) => void = () => undefined;
  const taking = import("./keyHolder").then(({ KeyHolder }) =>
    new KeyHolder(location.origin).connect({
      tell: (answer) => {
        heard(answer);
      },
    }),
  );
  return {
    reach: "tab",
    tell: (request) => void taking.then((take) => take(request, location.origin)),
    listen: (listener) => {
      heard = listener;
    },
    onbroken: (broken) => void taking.catch(broken),
  };
}

function lineOver(reach: KeyReach, port: MessagePort | Worker, worker: EventTarget): KeyLine {
  return {
    reach,
    tell: (request, transfer = []) => {
      port.postMessage(request, transfer);
    },
    listen: (heard) => {
      port.addEventListener("message", (event) => {
        if (event instanceof MessageEvent) heard(event.data as KeyAnswer);
      });
    },
    onbroken: (broken) => {
      worker.addEventListener("error", broken, { once: true });
    },
  };
}
