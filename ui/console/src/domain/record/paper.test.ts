import { describe, expect, it } from "vitest";

import { pageMargins } from "./paper";

const words = {
  municipality: "Baken",
  confidential: "Vertrouwelijk",
  record: "7C1A",
  printed: "",
  page: "pagina",
};

describe("pageMargins", () => {
  it("says on every page that it is confidential, which record it is and which page", () => {
    const css = pageMargins(words);
    expect(css).toContain('@top-right {\n    content: "Vertrouwelijk"');
    expect(css).toContain('@bottom-left { content: "7C1A"');
    expect(css).toContain('content: "pagina " counter(page) " / " counter(pages)');
  });

  it("lets no name end the text it stands in", () => {
    const css = pageMargins({ ...words, record: 'a"; } body { display: none } \\ \n\u202e b' });
    expect(css).toContain('content: "a\\22 ; } body { display: none } \\5c  \\a \\202e  b"');
  });
});
