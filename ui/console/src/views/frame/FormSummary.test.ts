import { render } from "svelte/server";
import { beforeAll, describe, expect, it } from "vitest";

import { FormErrors } from "../../domain/form/formErrors.svelte";
import { INVITATION } from "../../domain/form/formFields";
import { overwriteGetLocale } from "../../paraglide/runtime";
import FormSummary from "./FormSummary.svelte";

function drawn(values: { label: string; organisation: string }): string {
  const errors = new FormErrors(INVITATION);
  errors.check(values);
  return render(FormSummary, { props: { errors } }).body;
}

beforeAll(() => {
  overwriteGetLocale(() => "nl");
});

describe("FormSummary", () => {
  it("leads to every field that is wrong, where there is more than one", () => {
    const html = drawn({ label: "", organisation: "" });
    expect(html).toContain("Kijk 2 velden na");
    expect([...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)).toEqual([
      "invite-label",
      "invite-organisation",
    ]);
  });

  it("says nothing where one field is wrong: that field itself says it", () => {
    expect(drawn({ label: "", organisation: "politie" })).not.toContain("href");
  });
});
