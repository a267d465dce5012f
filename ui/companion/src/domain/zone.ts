/** The municipality's time zone. Days and times are its own on every device, wherever that device believes to be. */
export const TIME_ZONE = "Europe/Amsterdam";

/** "Amsterdam": the place a zone is named after. */
export const zonePlace = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
