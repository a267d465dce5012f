/** Team keys by their names, `team@epoch`: what a page knows of them. */

export const teamOf = (name: string): string => name.slice(0, name.lastIndexOf("@"));

/** Those of `teams` of which there is no key at all among those named `team@epoch`. */
export function teamsWithoutKey(names: readonly string[], teams: readonly string[]): string[] {
  const held = new Set(names.map(teamOf));
  return teams.filter((team) => !held.has(team));
}
