/**
 * The drawings of the app, each on a grid of 24: lines of 2 with round ends, nothing filled. Our own.
 * Deliberately absent: anything coloured; a drawing takes the colour of the text it stands beside.
 */
export const ICONS = {
  plus: "M12 5v14M5 12h14",
  search: "M16.5 10.5a6 6 0 1 1-12 0 6 6 0 0 1 12 0ZM15 15l5 5",
  filter: "M4 7h8M18 7h2M4 17h2M12 17h8M15 4.5v5M9 14.5v5",
  cross: "M6 6l12 12M18 6 6 18",
  chevron: "m9 5 7 7-7 7",
  back: "m15 5-7 7 7 7",
  clock: "M20 12a8 8 0 1 1-16 0 8 8 0 0 1 16 0ZM12 7.5V12l3 2",
  up: "M12 20V5M6 11l6-6 6 6",
  tick: "m4.5 12.5 5 5 10-11",
  alert: "M12 4 2.5 20h19L12 4ZM12 10v4.5M12 17.4v.1",
  question:
    "M20 12a8 8 0 1 1-16 0 8 8 0 0 1 16 0ZM9.7 9.8a2.4 2.4 0 1 1 3.6 2.1c-.9.5-1.3 1-1.3 1.9M12 16.3v.1",
  pencil: "m4 20 1-4.5L16 4.5l3.5 3.5L8.5 19 4 20ZM13.5 7l3.5 3.5",
  camera: "M3.5 8h4l1.5-2.5h6L16.5 8h4v11h-17V8ZM15.5 13.2a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0Z",
  voice: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21M8.5 21h7",
  bolt: "M13 3 5.5 13.5h6L11 21l7.5-10.5h-6L13 3Z",
  siren: "M6.5 18v-6a5.5 5.5 0 0 1 11 0v6M4 20.5h16M12 2v1.5M3.5 6l1.5 1M20.5 6 19 7",
  heart: "M12 20S3.5 14.8 3.5 9A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8.5 2c0 5.8-8.5 11-8.5 11Z",
  house: "M4 11.5 12 4.5l8 7M6 10v9.5h12V10M10 19.5v-5h4v5",
  flag: "M6 21V4h12l-3 4.5 3 4.5H6",
  code: "M4 4h6v6H4V4ZM14 4h6v6h-6V4ZM4 14h6v6H4v-6ZM14 14h2.5v2.5H14V14ZM18 18h2v2h-2v-2ZM19 14.5h1M14.5 19.5v.5",
  calendar: "M4 6h16v14H4V6ZM4 10.5h16M8.5 3.5V8M15.5 3.5V8",
  offline:
    "M4 4l16 16M3 10a13 13 0 0 1 4-2.6M12 6a13 13 0 0 1 9 4M6.5 14a8 8 0 0 1 3.5-2M15.5 12.6a8 8 0 0 1 2 1.4M12 18.4v.1",
  send: "M4 12 20 4l-5 16-4-6.5L4 12ZM11 13.5 20 4",
  folder: "M3.5 6.5h6l2 2.5h9v10.5h-17v-13Z",
  settings:
    "M15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2",
  person: "M15.5 8a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM5 20.5c0-4 3-6.5 7-6.5s7 2.5 7 6.5",
  undo: "M9 6 4 11l5 5M4 11h10a5.5 5.5 0 0 1 0 11h-2",
  book: "M4 5h6.5L12 6.5 13.5 5H20v14h-6.5L12 20.5 10.5 19H4V5ZM12 6.5v14",
  shield: "M12 3.5 5 6v6c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6l-7-2.5ZM8.5 12l2.5 2.5 4.5-5",
  ship: "M3 14.5h18l-2.5 5h-13L3 14.5ZM7 14.5V10h10v4.5M12 10V5.5M9.5 5.5h5",
  fishing: "M3 15h18l-3 4.5H6L3 15ZM9 15V9h5l2 6M9 9 4.5 5M14 9V4.5",
  barge: "M2.5 13h19l-1.5 5H4l-1.5-5ZM15 13V9.5h4V13M5 13v-1.5h8",
  crane: "M7 21V4M4.5 21h5M7 5h13M16 5v6M14 11h4v3h-4v-3ZM7 9l5-4",
  truck: "M2.5 6.5h11V17h-11V6.5ZM13.5 10h4l3.5 3.5V17h-7.5M9 17.5a2 2 0 1 1-4 0M19 17.5a2 2 0 1 1-4 0",
  warehouse: "M3.5 20V9.5L12 4.5l8.5 5V20M8 20v-7.5h8V20M8 16h8",
  fish: "M3 12c3-4.5 7.5-5.5 11-3.5L18 12l-4 3.5c-3.5 2-8 1-11-3.5ZM17 12l4-3.5v7L17 12ZM7.5 11.4v.1",
  bed: "M3 18.5V6M3 15.5h18v3M21 15.5V12a2 2 0 0 0-2-2h-8v5.5M8.5 11.5a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0Z",
  window: "M5 4h14v16H5V4ZM12 4v16M5 12h14",
  lotus:
    "M12 19c-3-2-4.5-5-4.5-8 0 0 2.5 0 4.5 3 2-3 4.5-3 4.5-3 0 3-1.5 6-4.5 8ZM12 11c-1.5-2-1.5-4.5 0-6.5 1.5 2 1.5 4.5 0 6.5M3.5 14c0 3.5 4 5 8.5 5s8.5-1.5 8.5-5",
  bunk: "M4 4v16.5M20 4v16.5M4 9.5h16M4 17.5h16M6.5 9.5V7.5h4v2M6.5 17.5v-2h4v2",
  helmet: "M3 17.5h18M5 17.5V15a7 7 0 0 1 14 0v2.5M10 8.5V14M14 8.5V14M10 7h4",
  cup: "M5 9.5h11v5.5a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4V9.5ZM16 11h2a2 2 0 0 1 0 4.5h-2M8.5 4.5v2M12.5 4.5v2",
  tree: "M12 21v-8M16.5 8.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0ZM8.5 21h7",
  globe:
    "M20 12a8 8 0 1 1-16 0 8 8 0 0 1 16 0ZM4 12h16M12 4c2.5 2.5 3.5 5 3.5 8s-1 5.5-3.5 8c-2.5-2.5-3.5-5-3.5-8s1-5.5 3.5-8Z",
  pin: "M12 21.5S5 14.8 5 9.8a7 7 0 0 1 14 0c0 5-7 11.7-7 11.7ZM14.5 9.8a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z",
} as const;

export type IconName = keyof typeof ICONS;

/** The kinds of place that have a drawing. One of a later vocabulary is a place on the map. */
const PLACES: Record<string, IconName> = {
  zeeschip: "ship",
  vissersschip: "fishing",
  binnenvaartschip: "barge",
  "kade-terminal": "crane",
  truckparking: "truck",
  loods: "warehouse",
  visverwerking: "fish",
  hotel: "bed",
  raamprostitutie: "window",
  massagesalon: "lotus",
  woning: "house",
  arbeidsmigrantenhuisvesting: "bunk",
  bouwplaats: "helmet",
  horeca: "cup",
  "openbare-ruimte": "tree",
  online: "globe",
};

export const placeIcon = (kind: string | null): IconName => (kind === null ? "pin" : (PLACES[kind] ?? "pin"));
