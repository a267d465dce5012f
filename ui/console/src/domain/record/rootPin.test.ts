import { describe, expect, it } from "vitest";

import { RootPin } from "./rootPin.svelte";

const [OURS, OTHER] = ["ab".repeat(32), "cd".repeat(32)];

function browser() {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
  };
}

describe("RootPin", () => {
  it("knows the first key it met, and takes no other in silence", () => {
    const store = browser();
    expect(new RootPin("GM0453", store).meet(OURS)).toBe("seen");
    expect(new RootPin("GM0453", store).meet(OTHER)).toBe("other");
    expect(new RootPin("GM0453", store).meet(OURS)).toBe("seen");
    expect(new RootPin("GM0392", store).meet(OTHER)).toBe("seen");
  });

  it("is confirmed once by what was typed from paper, and by nothing else", () => {
    const store = browser();
    const pin = new RootPin("GM0453", store);
    pin.meet(OURS);
    expect(pin.confirm(OTHER, OURS)).toBe(false);
    expect(pin.confirm(OURS.slice(0, 32), OURS)).toBe(false);
    expect(pin.standing(OURS)).toBe("seen");
    expect(pin.confirm(` ${OURS.toUpperCase().replace(/.{8}/g, "$& ")}`, OURS)).toBe(true);
    expect(new RootPin("GM0453", store).standing(OURS)).toBe("confirmed");
    expect(new RootPin("GM0453", store).standing(OTHER)).toBe("other");
  });

  it("is confirmed anew where the municipality has another key, by its fingerprint", () => {
    const store = browser();
    const pin = new RootPin("GM0453", store);
    pin.meet(OURS);
    pin.confirm(OURS, OURS);
    expect(pin.confirm(OTHER, OTHER)).toBe(true);
    expect([pin.standing(OTHER), pin.standing(OURS)]).toEqual(["confirmed", "other"]);
  });

  it("asks again where a browser keeps nothing, or what was kept is none", () => {
    const refuses = {
      getItem: () => "{",
      setItem: () => {
        throw new Error("full");
      },
    };
    const pin = new RootPin("GM0453", refuses);
    expect(pin.meet(OURS)).toBe("seen");
    expect(pin.confirm(OURS, OURS)).toBe(true);
    expect(pin.standing(OTHER)).toBe("other");
  });
});
