/** Brings a person to an element by its id: into sight, with the focus, and out of any part that was closed. */
export function leadTo(id: string): void {
  const element = document.getElementById(id);
  // A part that is closed would swallow the focus.
  for (let part = element?.closest("details"); part; part = part.parentElement?.closest("details"))
    part.open = true;
  element?.focus();
  element?.scrollIntoView({ block: "center" });
}
