/** How large a photo is shown: whole in the room there is, or enlarged in steps that two buttons take. */
export const ZOOM_STEPS = [1, 1.5, 2, 3, 4, 6, 8] as const;

export type Size = { width: number; height: number };

/** The size on screen, in CSS pixels. At 1 all of the photo fits; its shape never changes. */
export function shownSize(photo: Size, room: Size, zoom: number): Size {
  const fit = Math.min(room.width / photo.width, room.height / photo.height);
  const shown = (side: number) => Math.max(1, Math.floor(side * fit * zoom));
  return { width: shown(photo.width), height: shown(photo.height) };
}

export const larger = (zoom: number): number => ZOOM_STEPS.find((step) => step > zoom) ?? zoom;
export const smaller = (zoom: number): number => ZOOM_STEPS.findLast((step) => step < zoom) ?? zoom;
