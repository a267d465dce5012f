/**
 * Telling the console's other tabs in this browser what one did here: what is closed in one tab may not stay
 * open in another, and whoever signs in does so in all of them. Only the fact goes over; no name, no key.
 */
export type TabNews = "signed-in" | "signed-out" | "session-ended" | "key-closed";

export type Tabs = { tell(news: TabNews): void; listen(heard: (news: TabNews) => void): void };

const CHANNEL = "baken-console";
const KNOWN: readonly unknown[] = [
  "signed-in",
  "signed-out",
  "session-ended",
  "key-closed",
] satisfies TabNews[];

export function browserTabs(): Tabs {
  const channel = new BroadcastChannel(CHANNEL);
  return {
    tell: (news) => {
      channel.postMessage(news);
    },
    listen: (heard) => {
      channel.addEventListener("message", (event: MessageEvent<unknown>) => {
        if (KNOWN.includes(event.data)) heard(event.data as TabNews);
      });
    },
  };
}
