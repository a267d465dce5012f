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
    here.tell("signed-out");
    await vi.waitFor(() => expect(others).toHaveBeenCalledOnce());
    expect(others).toHaveBeenCalledWith("signed-out");
    expect(own).not.toHaveBeenCalled();
    stranger.close();
  });
});
