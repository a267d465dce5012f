/** Rectangles that are laid over a photo, in its pixels. None of them leaves the photo or is too small to be seen. */
import type { CoveredArea } from "@baken/bindings";

import type { Size } from "./photoZoom";

export type Point = { x: number; y: number };

/** What a finger draws by mistake is smaller. */
const SMALLEST = 8;
/** The core takes no more at once. */
export const MOST_AREAS = 64;

const between = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

/** Where on the photo something is that is seen at `at` of a picture shown in `box`. */
export function onPhoto(at: Point, box: Size & { left: number; top: number }, photo: Size): Point {
  const along = (offset: number, shown: number, side: number) =>
    between(Math.round((offset / Math.max(1, shown)) * side), 0, side);
  return {
    x: along(at.x - box.left, box.width, photo.width),
    y: along(at.y - box.top, box.height, photo.height),
  };
}

/** The rectangle between two points; `null` where nothing was meant. */
export function drawn(from: Point, to: Point): CoveredArea | null {
  const area = {
    left: Math.min(from.x, to.x),
    top: Math.min(from.y, to.y),
    width: Math.abs(to.x - from.x),
    height: Math.abs(to.y - from.y),
  };
  return area.width < SMALLEST || area.height < SMALLEST ? null : area;
}

/** One in the middle, for whoever has no pointer: a fifth of the photo each way. */
export function inTheMiddle(photo: Size): CoveredArea {
  const [width, height] = [photo.width, photo.height].map((side) => Math.max(1, Math.round(side / 5)));
  return {
    left: Math.floor((photo.width - (width ?? 1)) / 2),
    top: Math.floor((photo.height - (height ?? 1)) / 2),
    width: width ?? 1,
    height: height ?? 1,
  };
}

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** What a key makes of an area: an arrow moves it, with Shift sizes it. `null` is a key that does neither. */
export function byKey(area: CoveredArea, key: string, sizes: boolean, photo: Size): CoveredArea | null {
  const way = ARROWS[key];
  if (!way) return null;
  const [across, down] = [way.x * step(photo.width), way.y * step(photo.height)];
  if (!sizes)
    return {
      ...area,
      left: between(area.left + across, 0, photo.width - area.width),
      top: between(area.top + down, 0, photo.height - area.height),
    };
  return {
    ...area,
    width: sized(area.width, across, photo.width - area.left),
    height: sized(area.height, down, photo.height - area.top),
  };
}

const step = (side: number) => Math.max(1, Math.round(side / 50));
const sized = (length: number, by: number, room: number) =>
  between(length + by, Math.min(SMALLEST, room), room);
