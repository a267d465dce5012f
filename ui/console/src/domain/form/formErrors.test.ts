import { beforeEach, describe, expect, it } from "vitest";

import { overwriteGetLocale } from "../../paraglide/runtime";
import { ApiError, type RefusedField } from "../../shared/api";
import { FormErrors } from "./formErrors.svelte";
import { INVITATION, SHUTTING_OUT, SIGN_IN } from "./formFields";

const refusal = (...fields: { field: string; code: string }[]) =>
  new ApiError(400, "invalid", fields as RefusedField[]);

beforeEach(() => {
  overwriteGetLocale(() => "nl");
});

describe("FormErrors, before anything is sent", () => {
  it("finds every field that was left empty, in the order of the form", () => {
    const errors = new FormErrors(SIGN_IN);
    expect(errors.check({ password: "", login: "", code: "not asked" })).toBe(false);
    expect(errors.items).toEqual([
      { fieldId: "login", text: "Vul uw gebruikers\u00adnaam in." },
      { fieldId: "password", text: "Vul uw wachtwoord in." },
    ]);
    expect(errors.several).toBe(true);
  });

  it("finds none in a form that is filled in", () => {
    const errors = new FormErrors(SIGN_IN);
    expect(errors.check({ login: "coordinator", password: "geheim", code: "not asked" })).toBe(true);
    expect([errors.items, errors.attempt]).toEqual([[], 0]);
  });

  it("needs no summary for one error", () => {
    const errors = new FormErrors(SIGN_IN);
    errors.check({ login: "coordinator", password: "", code: "not asked" });
    expect([errors.several, errors.attempt]).toEqual([false, 1]);
  });
});

describe("FormErrors, when the backend refuses", () => {
  it("says of each field what is wrong with it, all together", () => {
    const errors = new FormErrors(INVITATION);
    const all = errors.refused(
      refusal({ field: "organisation", code: "unknown" }, { field: "label", code: "too-long" }),
    );
    expect(all).toBe(true);
    expect(errors.items).toEqual([
      { fieldId: "invite-label", text: "Deze naam is te lang. Gebruik hoogstens 60 tekens." },
      {
        fieldId: "invite-organisation",
        text: "Deze organisatie kent de server niet. Kies een andere.",
      },
    ]);
    expect(errors.several).toBe(true);
  });

  it("has words for every code of a form's fields, and for one it does not know", () => {
    const words = (form: "label" | "organisation", code: string) => {
      const errors = new FormErrors(INVITATION);
      errors.refused(refusal({ field: form, code }));
      return errors.textAt(form);
    };
    expect(words("label", "required")).toBe("Vul de naam van het toestel in.");
    expect(words("organisation", "required")).toBe("Kies een organisatie.");
    expect(words("label", "toString")).toBe("Dit is niet goed ingevuld.");
    const reason = new FormErrors(SHUTTING_OUT);
    reason.refused(refusal({ field: "reason", code: "too-long" }));
    expect(reason.textAt("reason")).toBe("Deze reden is te lang. Gebruik hoogstens 500 tekens.");
  });

  it("does not take a refusal for its own that is about something else, in part or in whole", () => {
    const errors = new FormErrors(INVITATION);
    expect(errors.refused(new ApiError(503, "unavailable"))).toBe(false);
    expect(errors.refused(refusal({ field: "x", code: "unknown" }))).toBe(false);
    expect(errors.items).toEqual([]);
    expect(
      errors.refused(refusal({ field: "x", code: "unknown" }, { field: "label", code: "required" })),
    ).toBe(false);
    expect(errors.textAt("label")).toBeDefined();
  });
});

describe("FormErrors, while one mends them", () => {
  it("drops the error of a field that was changed, and keeps the summary for the others", () => {
    const errors = new FormErrors(INVITATION);
    errors.check({ label: "", organisation: "" });
    errors.changed("label");
    expect(errors.items.map(({ fieldId }) => fieldId)).toEqual(["invite-organisation"]);
    expect([errors.several, errors.attempt]).toEqual([true, 1]);
    errors.changed("organisation");
    expect(errors.several).toBe(false);
  });

  it("looks at everything again with the next try", () => {
    const errors = new FormErrors(INVITATION);
    errors.check({ label: "", organisation: "" });
    errors.changed("label");
    errors.check({ label: "", organisation: "politie" });
    expect(errors.items.map(({ fieldId }) => fieldId)).toEqual(["invite-label"]);
    expect([errors.several, errors.attempt]).toEqual([false, 2]);
  });

  it("follows the language on screen", () => {
    const errors = new FormErrors(SIGN_IN);
    errors.check({ login: "", password: "geheim", code: "not asked" });
    overwriteGetLocale(() => "en");
    expect(errors.textAt("login")).toBe("Fill in your user name.");
  });
});
