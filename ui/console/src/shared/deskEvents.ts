/**
 * Hearing that something changed, as it happens. One tab of a browser listens for all of them: browsers open few
 * connections to one server, and each of these stays open. Which tab that is, a lock says; the others hear it from that tab.
 */
import type { DeskCounts } from "@baken/bindings";

const KINDS = ["records", "handling", "reports"] as const;
export type DeskKind = (typeof KINDS)[number];
/** What changed, and the account's own numbers since. */
export type DeskNews = DeskCounts & { changed: readonly DeskKind[] };

export type DeskWatch = {
  news: (news: DeskNews) => void;
  /** The session may be over. */
  over: () => void;
  /** Whether news can be relied on to come. */
  steady: (isSteady: boolean) => void;
};

const PATH = "/v1/events";
const NAME = "baken-desk";
/** The server says something every 15 seconds. */
const SILENCE_MS = 45_000;
/** Where there was no room, or the server is away for long. */
const AGAIN_MS = 60_000;

type Word = { account: string } & ({ news: DeskNews } | { beat: true } | { ask: true });

/** Listens for `account` until what it gives is called. */
export function listenToDesk(account: string, watch: DeskWatch): () => void {
  // Without these a page looks again by itself, as it always did.
  if (typeof EventSource === "undefined" || typeof BroadcastChannel === "undefined") return () => undefined;
  const ended = new AbortController();
  const channel = new BroadcastChannel(NAME);
  let silence: ReturnType<typeof setTimeout> | undefined;
  let last: DeskNews | null = null;
  let leads = false;

  const unsteady = () => {
    clearTimeout(silence);
    watch.steady(false);
  };
  const alive = () => {
    clearTimeout(silence);
    silence = setTimeout(unsteady, SILENCE_MS);
    watch.steady(true);
  };
  const say = (word: { news: DeskNews } | { beat: true } | { ask: true }) => {
    channel.postMessage({ account, ...word } satisfies Word);
  };
  const heard = (news: DeskNews) => {
    last = news;
    alive();
    watch.news(news);
  };

  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (!isWord(data) || data.account !== account) return;
    if ("ask" in data) {
      if (leads && last) say({ news: { ...last, changed: [] } });
    } else if ("beat" in data) alive();
    else {
      const news = readNews(data.news);
      if (news) heard(news);
    }
  });

  const lead = () => {
    leads = true;
    return follow(ended.signal, {
      news: (news) => {
        heard(news);
        say({ news });
      },
      beat: () => {
        alive();
        say({ beat: true });
      },
      over: watch.over,
      unsteady,
    });
  };
  if ("locks" in navigator) {
    navigator.locks.request(NAME, { signal: ended.signal }, lead).catch(() => undefined);
  } else void lead();
  say({ ask: true });
  return () => {
    ended.abort();
    clearTimeout(silence);
    channel.close();
  };
}

type Stream = { news: (news: DeskNews) => void; beat: () => void; over: () => void; unsteady: () => void };

/** Keeps a stream open until the signal; settles then. */
function follow(until: AbortSignal, { news, beat, over, unsteady }: Stream): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const listen = () => {
      const stream = new EventSource(PATH);
      source = stream;
      let wasOpen = false;
      stream.addEventListener("desk", ({ data }: MessageEvent<unknown>) => {
        wasOpen = true;
        const said = readNews(parsed(data));
        if (said) news(said);
      });
      stream.addEventListener("beat", beat);
      stream.addEventListener("over", () => {
        stream.close();
        over();
      });
      stream.addEventListener("error", () => {
        unsteady();
        // Otherwise the browser listens again by itself.
        if (stream.readyState !== EventSource.CLOSED) return;
        if (wasOpen) over();
        again = setTimeout(listen, AGAIN_MS);
      });
    };
    until.addEventListener("abort", () => {
      clearTimeout(again);
      source?.close();
      resolve();
    });
    listen();
  });
}

function parsed(data: unknown): unknown {
  try {
    return typeof data === "string" ? JSON.parse(data) : null;
  } catch {
    return null;
  }
}

const isRecord = (data: unknown): data is Record<string, unknown> =>
  typeof data === "object" && data !== null;
const isWord = (data: unknown): data is Word =>
  isRecord(data) && typeof data.account === "string" && ("news" in data || "beat" in data || "ask" in data);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Nothing where it is no news. A kind that a later server names is left out. */
export function readNews(data: unknown): DeskNews | null {
  if (!isRecord(data) || !Array.isArray(data.changed)) return null;
  const { observations, open, acute, mine } = data;
  if (!isCount(observations) || !isCount(open) || !isCount(acute) || !isCount(mine)) return null;
  const said: unknown[] = data.changed;
  return { changed: KINDS.filter((kind) => said.includes(kind)), observations, open, acute, mine };
}
