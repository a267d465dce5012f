import { render } from "svelte/server";
import { describe, expect, it } from "vitest";

import { appIn } from "../drawnOnServer";
import { commandErrorText } from "../../domain/commandErrors";
import Failure from "./Failure.svelte";

describe("the screen of an app that could not start", () => {
  it.each(["in-use", "disk-full", "storage-failed"] as const)(
    "says why (%s) and offers to try again",
    (code) => {
      const html = render(Failure, { props: { companion: appIn("new"), code } }).body;
      expect(html).toContain(commandErrorText(code));
      expect(html).toMatch(/<button[^>]*data-testid="start-again"[^>]*>.*Opnieuw proberen/s);
    },
  );
});
