/**
 * The municipality's time zone, as the backend says it with the session: a day begins and ends there, whatever the
 * browser's own zone is. Until somebody is signed in there is no time to show.
 */
let zone = "Europe/Amsterdam";

export const timeZone = (): string => zone;

export function useTimeZone(name: string): void {
  zone = name;
}
