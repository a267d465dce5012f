/** A chosen image file as base64, the form in which IPC on Android can carry it. The core removes EXIF and re-encodes. */
export function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === "string" ? reader.result : "";
      resolve(url.slice(url.indexOf(",") + 1));
    };
    // In the core's own words for it: to a person the file that is gone and the one that is broken are the same.
    reader.onerror = () => reject(Object.assign(new Error("unreadable"), { code: "photo-unreadable" }));
    reader.readAsDataURL(file);
  });
}
