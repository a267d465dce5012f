import { render } from "svelte/server";
import { describe, expect, it } from "vitest";

import { FormErrors } from "../../domain/setup/formErrors.svelte";
import { commandError } from "../../shared/bridge";
import { appIn } from "../drawnOnServer";
import Destroyed from "../unlock/Destroyed.svelte";
import SetSecret from "./SetSecret.svelte";
import SetupErrors from "./SetupErrors.svelte";

function drawn(screen: typeof SetSecret, phase: "new" | "destroyed"): string {
  const companion = appIn(phase);
  if (!companion.status) throw new Error("an app in a phase has a status");
  return render(screen, { props: { companion, status: companion.status } }).body;
}

describe("the number of wrong tries", () => {
  it("is named as this device counts them", () => {
    expect(drawn(SetSecret, "new")).toContain("Na 7 verkeerde pogingen kunt u er niet meer bij");
    expect(drawn(Destroyed, "destroyed")).toContain("7 keer een verkeerde code");
  });
});

describe("SetupErrors", () => {
  const error = commandError({ code: "disk-full" });

  it("leads to every field that is wrong, all together", () => {
    const errors = new FormErrors();
    errors.found([
      { fieldId: "secret", text: "Te kort." },
      { fieldId: "secret-repeat", text: "Niet gelijk." },
    ]);
    const html = render(SetupErrors, { props: { errors, error: null } }).body;
    expect([...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)).toEqual(["secret", "secret-repeat"]);
    expect(html).toContain("Kijk 2 antwoorden na");
  });

  it("says of a failure that is about no field what it is", () => {
    const html = render(SetupErrors, { props: { errors: new FormErrors(), error } }).body;
    expect(html).toContain("Het toestel is vol");
    expect(html).not.toContain("href");
  });
});
