import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { arrivalAt, keepPlace, signOutAddress, takePlace } from "./providerReturn";

describe("arrivalAt", () => {
  it("reads what the provider sent along, and nothing else", () => {
    expect(arrivalAt("/sign-in", "state=a&code=b&iss=https%3A%2F%2Fin.example&session_state=c")).toEqual({
      state: "a",
      code: "b",
      iss: "https://in.example",
    });
    expect(arrivalAt("/sign-in/", "state=a&error=access_denied&error_description=x&code=b")).toEqual({
      state: "a",
      error: "access_denied",
    });
  });

  it("tells who signed out there from who only opened the page", () => {
    expect(arrivalAt("/sign-in", "state=signed-out")).toBe("signed-out");
    for (const query of ["", "code=b", "state=a", "error=x"])
      expect(arrivalAt("/sign-in", query)).toBe("plain");
  });

  it("leaves every other page alone", () => {
    expect(arrivalAt("/inbox", "state=a&code=b")).toBeNull();
    expect(arrivalAt("/sign-in/x", "state=a&code=b")).toBeNull();
  });
});

describe("where one was", () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    kept.clear();
    vi.stubGlobal("sessionStorage", {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
      removeItem: (name: string) => kept.delete(name),
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("is come back to once", () => {
    keepPlace("/inbox?urgency=acuut");
    expect(takePlace()).toBe("/inbox?urgency=acuut");
    expect(takePlace()).toBe("/");
  });

  it("is never the page one comes back by, nor another site", () => {
    for (const place of ["/sign-in", "/sign-in?state=a&code=b", "https://elders.example", ""]) {
      keepPlace(place);
      expect(takePlace()).toBe("/");
    }
  });
});

describe("signOutAddress", () => {
  it("says what is to come back", () => {
    expect(signOutAddress("https://in.example/end?client_id=baken")).toBe(
      "https://in.example/end?client_id=baken&state=signed-out",
    );
  });
});
