import { expect, it } from "vitest";

import { byteSize } from "./size";

it.each([
  [0, "0 B", "0 B"],
  [999, "999 B", "999 B"],
  [1000, "1 kB", "1 kB"],
  [1_440_000, "1,4 MB", "1.4 MB"],
  [2_000_000_000_000, "2.000 GB", "2,000 GB"],
])("writes %d as %s, %s", (bytes, dutch, english) => {
  expect([byteSize(bytes, "nl"), byteSize(bytes, "en")]).toEqual([dutch, english]);
});
