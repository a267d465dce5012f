import { describe, expect, it, vi } from "vitest";

import { browserTabs } from "./tabs";

describe("browserTabs", () => {
  it("tells the other tabs, not one's own, and nothing that is no news", async () => {
    const [here, there] = [browserTabs(), browserTabs()];
    const [own, others] = [vi.fn(), vi.fn()];
    here.listen(own);
    there.listen(others);
    const stranger = new BroadcastChannel("baken-console");
    stranger.postMessage("open the key");
    const told = ["signed-in", "key-closed", "session-ended", "signed-out"] as const;
    for (const news of told) here.tell(news);
    await vi.waitFor(() => expect(others).toHaveBeenCalledWith("signed-out"));
    expect(others.mock.calls.flat()).toEqual(told);
    expect(own).not.toHaveBeenCalled();
    stranger.close();
  });
});
