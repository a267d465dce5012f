/**
 * For the tests: text as a device in wrong hands could send it, and where a page lets it out of its own place. What is
 * typed in a field is its author's own, and left out.
 */

/** The letters by which it is found again: they run from right to left, and so would what stands beside them. */
const MARK = "\u05e7\u05e9\u05e8";

/** Turned around, closing what was opened around it, with what is not seen, without a place to break, and piled up. */
export const HOSTILE = `\u202e${MARK}\u2069\u2067\u200b${"W".repeat(5_000)}e${"\u0301".repeat(40)}`;
/** As it can be where the length is bounded. */
export const HOSTILE_NAME = `\u202e${MARK} 12\u2069\u200b`;

const HIDDEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
const ISOLATED = /\u2068[^\u2066-\u2069]*\u2069/g;
const READ_ALOUD = ["aria-label", "title", "alt", "placeholder", "aria-description"];

/** Whether text keeps to itself wherever it is put. */
export const keepsToItself = (text: string): boolean => {
  const around = text.replace(ISOLATED, "");
  const hides = (text.match(ISOLATED) ?? []).some((part) => HIDDEN.test(part.slice(1, -1)));
  return !hides && !around.includes(MARK) && !HIDDEN.test(around);
};

/** Every place below `root` where such text is not isolated, or holds what is not seen. */
export function exposed(root: Element): string[] {
  const found: string[] = [];
  const where = (element: Element) =>
    `<${element.localName} data-testid=${element.getAttribute("data-testid") ?? ""}>`;
  for (const element of [root, ...root.querySelectorAll("*")]) {
    if (element.localName === "style") continue;
    for (const name of READ_ALOUD) {
      const value = element.getAttribute(name);
      if (value && !keepsToItself(value)) found.push(`${where(element)} ${name}: ${value.slice(0, 80)}`);
    }
    for (const node of element.childNodes) {
      if (node.nodeType !== 3 || element.localName === "textarea") continue;
      const text = node.textContent ?? "";
      const held = element.closest("bdi") !== null;
      if (held ? HIDDEN.test(text) : !keepsToItself(text))
        found.push(`${where(element)} ${text.slice(0, 80)}`);
    }
  }
  return found;
}

/** How often it is shown at all: a page that shows nothing exposes nothing. */
export const shownTimes = (root: Element): number => root.textContent.split(MARK).length - 1;
