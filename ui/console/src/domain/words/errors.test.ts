import { expect, it } from "vitest";

import * as m from "../../paraglide/messages";
import { ApiError, type ApiErrorCode } from "../../shared/api";
import { apiErrorText } from "./errors";

const text = (code: string) => apiErrorText(new ApiError(500, code as ApiErrorCode));

it("says what to do about what people meet", () => {
  expect(text("network")).toBe(m.error_network());
  expect(text("cross-site")).toBe(m.error_csrf());
  expect(text("unavailable")).toBe(m.error_unavailable());
});

it("takes a code of a later backend, or of nobody, for the server's own trouble", () => {
  for (const code of ["later", "constructor", "__proto__", ""]) expect(text(code)).toBe(m.error_internal());
});
