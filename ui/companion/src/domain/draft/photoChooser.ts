/**
 * The file chooser, which may outlive the screen that opened it: the app locks when it stays open for
 * long. So the element that was asked is held here (one that nobody holds is never told), and it is listened to
 * directly: events that are handled further up do not come from an element that is no longer in the document.
 */
type Answer = { chosen: (files: readonly File[]) => void; cancelled: () => void };

let asked: HTMLInputElement | null = null;

export function ask(input: HTMLInputElement): void {
  asked = input;
  // The same photo can be chosen again.
  input.value = "";
  input.click();
}

/** Listens as long as the element exists, also when its screen is gone. */
export function listenTo(input: HTMLInputElement, { chosen, cancelled }: Answer): void {
  const answered = () => {
    if (asked === input) asked = null;
  };
  input.addEventListener("change", () => {
    answered();
    const files = [...(input.files ?? [])];
    if (files.length > 0) chosen(files);
    else cancelled();
  });
  input.addEventListener("cancel", () => {
    answered();
    cancelled();
  });
}
