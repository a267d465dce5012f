import { describe, expect, it } from "vitest";

import { inFours, keyFingerprint, typedFingerprint } from "./fingerprint";

const RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

describe("keyFingerprint", () => {
  it("is what the backend's own says of the same key", async () => {
    expect(inFours(await keyFingerprint(RECIPIENT))).toBe("Y6BB-WBE6-CP9C-F6PB-YN0K");
  });

  it("is read however it was typed, and not where it is another length or has other symbols", async () => {
    const own = await keyFingerprint(RECIPIENT);
    for (const typed of ["Y6BB-WBE6-CP9C-F6PB-YN0K", "y6bb wbe6 cp9c f6pb yn0k ", "Y6BBWBE6CP9CF6PBYNOK"])
      expect(typedFingerprint(typed)).toBe(own);
    for (const typed of ["", "Y6BB", "Y6BB-WBE6-CP9C-F6PB-YN0K-1", "Y6BB-WBE6-CP9C-F6PB-YN0U"])
      expect(typedFingerprint(typed)).toBeNull();
  });
});
