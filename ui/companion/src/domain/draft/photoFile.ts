import type { FailureCode } from "@baken/bindings";

/** What the core looks at. A larger file is not even read: base64 of it would fill the memory of a phone. */
export const MAX_PHOTO_BYTES = 64 * 1024 * 1024;

/** What the core reads. A phone that can give a photo in another format does so for one that is not named here. */
export const PHOTO_TYPES = "image/jpeg,image/png,image/webp,image/gif,image/bmp,image/tiff";

/** A chosen image file as base64, the form in which IPC on Android can carry it. The core removes EXIF and re-encodes. */
export function base64Of(file: File): Promise<string> {
  if (file.size > MAX_PHOTO_BYTES) return Promise.reject(refused("too large", "photo-too-large"));
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === "string" ? reader.result : "";
      // An empty file has no comma: what the core then gets is as empty.
      const comma = url.indexOf(",");
      resolve(comma < 0 ? "" : url.slice(comma + 1));
    };
    // In the core's own words for it: to a person the file that is gone and the one that is broken are the same.
    reader.onerror = () => reject(refused("unreadable", "photo-unreadable"));
    reader.readAsDataURL(file);
  });
}

const refused = (message: string, code: FailureCode) => Object.assign(new Error(message), { code });
