import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { listenToDesk, readNews, type DeskNews } from "./deskEvents";

const NEWS: DeskNews = { changed: ["records"], observations: 3, open: 2, acute: 1, mine: 0 };

class Source extends EventTarget {
  static readonly CLOSED = 2;
  static opened: Source[] = [];
  readyState = 1;
  constructor() {
    super();
    Source.opened.push(this);
  }
  close() {
    this.readyState = 2;
  }
  says(name: string, data: unknown = {}) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
  fails(readyState: number) {
    this.readyState = readyState;
    this.dispatchEvent(new Event("error"));
  }
}

/** The channels of one browser, without waiting. */
class Channel extends EventTarget {
  static all = new Set<Channel>();
  constructor() {
    super();
    Channel.all.add(this);
  }
  postMessage(data: unknown) {
    for (const other of Channel.all)
      if (other !== this) other.dispatchEvent(new MessageEvent("message", { data }));
  }
  close() {
    Channel.all.delete(this);
  }
}

/** A lock that is held by the first who asked and is still there. */
let waiting: (() => void)[];
const locks = {
  request: (_name: string, { signal }: { signal: AbortSignal }, run: () => Promise<void>) => {
    const go = () => void run().then(() => (waiting.shift(), waiting[0]?.()));
    waiting.push(go);
    signal.addEventListener("abort", () => {
      if (waiting[0] !== go) waiting = waiting.filter((other) => other !== go);
    });
    if (waiting.length === 1) go();
    return Promise.resolve();
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  Source.opened = [];
  Channel.all.clear();
  waiting = [];
  vi.stubGlobal("EventSource", Source);
  vi.stubGlobal("BroadcastChannel", Channel);
  vi.stubGlobal("navigator", { locks });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function tab(account = "coordinator") {
  const watch = { news: vi.fn(), over: vi.fn(), steady: vi.fn() };
  return { ...watch, stop: listenToDesk(account, watch) };
}
const stream = (index = 0) => {
  const found = Source.opened[index];
  if (!found) throw new Error("nothing is listened to");
  return found;
};

it("listens once for all tabs, and each hears it", () => {
  const [first, second] = [tab(), tab()];
  expect(Source.opened).toHaveLength(1);
  stream().says("desk", NEWS);
  for (const { news, steady } of [first, second]) {
    expect(news).toHaveBeenCalledExactlyOnceWith(NEWS);
    expect(steady).toHaveBeenLastCalledWith(true);
  }
  const later = tab();
  expect(later.news).toHaveBeenCalledExactlyOnceWith({ ...NEWS, changed: [] });
});

it("goes on in another tab when the one that listened is gone", async () => {
  const [first, second] = [tab(), tab()];
  first.stop();
  await vi.advanceTimersByTimeAsync(0);
  expect(stream().readyState).toBe(2);
  stream(1).says("desk", NEWS);
  expect(second.news).toHaveBeenCalledOnce();
  expect(first.news).not.toHaveBeenCalled();
});

it("tells a tab of another account nothing", () => {
  tab();
  const other = tab("agent");
  stream().says("desk", NEWS);
  expect(other.news).not.toHaveBeenCalled();
});

it("is not relied on before anything came, nor after silence", () => {
  const { steady } = tab();
  expect(steady).not.toHaveBeenCalledWith(true);
  stream().says("desk", NEWS);
  vi.advanceTimersByTime(40_000);
  stream().says("beat");
  vi.advanceTimersByTime(40_000);
  expect(steady).toHaveBeenLastCalledWith(true);
  vi.advanceTimersByTime(5_000);
  expect(steady).toHaveBeenLastCalledWith(false);
});

it("says that the session may be over, and asks no more of what ended", () => {
  const { over } = tab();
  stream().says("over");
  expect(over).toHaveBeenCalledOnce();
  expect(stream().readyState).toBe(2);
});

it("waits where there is no room, without a word about the session", () => {
  const { over, steady } = tab();
  stream().fails(2);
  expect(over).not.toHaveBeenCalled();
  expect(steady).toHaveBeenLastCalledWith(false);
  vi.advanceTimersByTime(60_000);
  stream(1).says("desk", NEWS);
  stream(1).fails(0);
  expect(over).not.toHaveBeenCalled();
  stream(1).fails(2);
  expect(over).toHaveBeenCalledOnce();
});

it("does without, where the browser cannot listen", () => {
  vi.stubGlobal("EventSource", undefined);
  tab().stop();
});

it.each([
  null,
  "desk",
  [],
  {},
  { ...NEWS, changed: "records" },
  { ...NEWS, open: -1 },
  { ...NEWS, mine: "2" },
  { ...NEWS, acute: 1.5 },
])("takes %j for no news", (data) => {
  expect(readNews(data)).toBeNull();
});

it("leaves out what a later server names", () => {
  expect(readNews({ ...NEWS, changed: ["tasks", "reports"], later: 1 })).toEqual({
    ...NEWS,
    changed: ["reports"],
  });
});
