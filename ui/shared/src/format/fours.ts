/** In groups of four, as people read a code or a fingerprint aloud; the last may be shorter. */
export const inFours = (characters: string, separator = " "): string =>
  (characters.match(/.{1,4}/g) ?? []).join(separator);
