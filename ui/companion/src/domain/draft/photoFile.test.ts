import { expect, it } from "vitest";

import { base64Of, MAX_PHOTO_BYTES, PHOTO_TYPES } from "./photoFile";

it("does not read a file that the core would refuse for its size", async () => {
  const file = { size: MAX_PHOTO_BYTES + 1 } as File;
  await expect(base64Of(file)).rejects.toMatchObject({ code: "photo-too-large" });
});

it("offers only what is read", () => {
  expect(PHOTO_TYPES.split(",")).not.toContain("image/*");
  expect(PHOTO_TYPES).not.toMatch(/heic|avif/);
});
