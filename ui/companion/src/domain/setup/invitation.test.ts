import { describe, expect, it } from "vitest";

import {
  backendAddress,
  charactersLeft,
  groupedCode,
  groupedFingerprint,
  invitationOf,
  pastedInvitation,
} from "./invitation";

describe("groupedCode", () => {
  it("puts capitals in groups of four, whatever separators were typed", () => {
    expect(groupedCode("abcd efgh-jkmn.pq")).toBe("ABCD-EFGH-JKMN-PQ");
  });

  it("reads O as 0, and I and L as 1", () => {
    expect(groupedCode("oOiI lL99")).toBe("0011-1199");
  });

  it("drops what is typed after 32 characters", () => {
    expect(groupedCode("0123456789".repeat(4))).toBe("0123-4567-8901-2345-6789-0123-4567-8901");
  });

  it("does not change what is grouped already", () => {
    const code = groupedCode("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    expect(groupedCode(code)).toBe(code);
  });
});

describe("charactersLeft", () => {
  it("counts down to nought", () => {
    expect(charactersLeft("")).toBe(32);
    expect(charactersLeft("ABCD-E")).toBe(27);
    expect(charactersLeft("0123456789ABCDEFGHJKMNPQRSTVWXYZ")).toBe(0);
  });
});

describe("groupedFingerprint", () => {
  it("groups by four with spaces", () => {
    expect(groupedFingerprint("0123456789abcdef")).toBe("0123 4567 89ab cdef");
  });
});

const CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ";

describe("backendAddress", () => {
  it.each([
    "https://baken.example",
    "https://baken.example/",
    "  https://baken.example/devices?x=1#top \n",
    "HTTPS://Baken.Example/",
    "baken.example",
    "baken.example/",
    // Pasted behind what the field holds from the start.
    "https://https://baken.example/",
    "https:// https://baken.example",
    `baken:https://baken.example#${CODE}`,
    "<https://baken.example/>",
    "(https://baken.example).",
    "\u200bhttps://baken.example",
  ])("takes %j as it is", (typed) => {
    expect(backendAddress(typed)).toBe("https://baken.example");
  });

  it("leaves port and scheme alone, for the core to decide on", () => {
    expect(backendAddress("http://127.0.0.1:8787/")).toBe("http://127.0.0.1:8787");
    expect(backendAddress("https://http://127.0.0.1:8787")).toBe("http://127.0.0.1:8787");
    expect(backendAddress("ftp://baken.example")).toBe("ftp://baken.example");
    expect(backendAddress("https://u:p@baken.example")).toBe("https://u:p@baken.example");
    expect(backendAddress(" ")).toBe("");
  });
});

describe("pastedInvitation", () => {
  const whole = `baken:https://baken.example#${CODE}`;
  it.each([
    whole,
    `  ${whole}\n`,
    `Beste collega, dit is uw uitnodiging: ${whole} Groeten`,
    `“${whole}”`,
    `baken:https://baken.example/#${CODE}`,
    `BAKEN:https://baken.example#${CODE.toLowerCase()}`,
    `baken:https://baken.example#0123-4567-89AB-\nCDEF-GHJK-MNPQ-RSTV-WXYZ\nMet groet`,
  ])("is found in %j", (text) => {
    expect(pastedInvitation(text)).toBe(whole);
  });

  it("is not made of a part", () => {
    expect(pastedInvitation("baken:https://baken.example#0123-4567")).toBeNull();
    expect(pastedInvitation(CODE)).toBeNull();
  });
});

describe("invitationOf", () => {
  const whole = `baken:https://baken.example#${CODE}`;
  it("takes a whole invitation wherever it was pasted", () => {
    const taken = { text: whole, address: null };
    expect(invitationOf("paste", { pasted: ` ${whole} `, code: "", address: "" })).toEqual(taken);
    expect(invitationOf("type", { pasted: "", code: "", address: `https://${whole}` })).toEqual(taken);
  });

  it("hands over what was typed, with the address as it was meant", () => {
    expect(invitationOf("type", { pasted: "", code: CODE, address: "https://baken.example/x " })).toEqual({
      text: CODE,
      address: "https://baken.example",
    });
    expect(invitationOf("paste", { pasted: " iets anders ", code: "", address: "" })).toEqual({
      text: "iets anders",
      address: null,
    });
  });
});
