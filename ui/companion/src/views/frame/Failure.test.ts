import { render } from "svelte/server";
import { describe, expect, it } from "vitest";

import { commandError } from "../../shared/bridge";
import { commandErrorText } from "../../domain/failure/commandErrors";
import { appIn } from "../drawnOnServer";
import Failure from "./Failure.svelte";

describe("the screen of an app that could not start", () => {
  it.each(["in-use", "disk-full", "storage-failed"] as const)(
    "says why (%s) and offers to try again",
    (code) => {
      const html = render(Failure, {
        props: { companion: appIn("new"), error: commandError({ code }) },
      }).body;
      expect(html).toContain(commandErrorText(code));
      expect(html).toMatch(/<button[^>]*data-testid="start-again"[^>]*>.*Opnieuw proberen/s);
    },
  );

  it("names the folder that cannot be kept to one person", () => {
    const error = commandError({ code: "folder-permissions", folder: "/media/stick/baken" });
    const html = render(Failure, { props: { companion: appIn("new"), error } }).body;
    expect(html).toContain("/media/stick/baken");
    expect(html).toContain("BAKEN_HOME");
  });
});
