/** A single letter, or Enter, that does something on a page. */
export type Shortcut = { key: string; label: string; run: () => void };
