import { describe, expect, it, vi } from "vitest";

import { ask, listenTo } from "./photoChooser";

/** The part of a file input that is used; like a real one it answers by events, also when it is in no document. */
class Input extends EventTarget {
  files: File[] = [];
  value = "earlier.jpg";
  readonly click = vi.fn();
}

function listened() {
  const input = new Input();
  const chosen = vi.fn();
  const cancelled = vi.fn();
  const element = input as unknown as HTMLInputElement;
  listenTo(element, { chosen, cancelled });
  return { input, element, chosen, cancelled };
}

describe("the photo chooser", () => {
  it("opens with nothing chosen, so that the same photo counts as a choice again", () => {
    const { input, element } = listened();
    input.click.mockImplementation(() => expect(input.value).toBe(""));
    ask(element);
    expect(input.click).toHaveBeenCalledOnce();
  });

  it("hands every photo over, without any document around it", () => {
    const { input, element, chosen, cancelled } = listened();
    ask(element);
    const photos = [new File(["x"], "photo.jpg"), new File(["y"], "other.jpg")];
    input.files = photos;
    input.dispatchEvent(new Event("change"));
    expect(chosen.mock.calls).toEqual([[photos]]);
    expect(cancelled).not.toHaveBeenCalled();
  });

  it("takes an answer without a photo for leaving it", () => {
    const { input, element, chosen, cancelled } = listened();
    ask(element);
    input.dispatchEvent(new Event("change"));
    ask(element);
    input.dispatchEvent(new Event("cancel"));
    expect(cancelled).toHaveBeenCalledTimes(2);
    expect(chosen).not.toHaveBeenCalled();
  });
});
