import { afterEach, describe, expect, it, vi } from "vitest";

import { Api, ApiError, apiError } from "./api";

const SESSION = { login: "coordinator", csrfToken: "token-1" };

type Sent = { path: string; init: RequestInit };

/** A backend that gives these answers in turn and notes what it was asked. */
function backend(...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    sent.push({ path, init });
    const answer = answers.shift();
    return answer instanceof Response
      ? Promise.resolve(answer)
      : Promise.reject(answer ?? new Error("asked too often"));
  });
  const signedOut = vi.fn();
  const api = new Api(signedOut);
  const header = (index: number, name: string) => new Headers(sent[index]?.init.headers).get(name);
  return { api, sent, header, signedOut };
}

const json = (body: object, status = 200) => Response.json(body, { status });
const problem = (status: number, code: string, errors: object[] = []) =>
  new Response(JSON.stringify({ type: "about:blank", title: "", status, code, detail: "", errors }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });

afterEach(() => void vi.unstubAllGlobals());

describe("Api", () => {
  it("repeats the session's token in what changes something, and in nothing else", async () => {
    const { api, header } = backend(
      json(SESSION, 201),
      json({ alerts: [] }),
      json({}),
      new Response(null, { status: 204 }),
    );
    await api.signIn("coordinator", "geheim");
    await api.alerts();
    await api.revoke("d1", "verloren");
    await api.withdraw("i1");
    expect([0, 1, 2, 3].map((index) => header(index, "x-csrf-token"))).toEqual([
      null,
      null,
      "token-1",
      "token-1",
    ]);
  });

  it("keeps a password out of the address", async () => {
    const { api, sent } = backend(json(SESSION, 201));
    await api.signIn("coordinator", "geheim");
    expect(sent[0]?.path).toBe("/v1/sessions");
    expect(sent[0]?.init).toMatchObject({
      method: "POST",
      body: '{"login":"coordinator","password":"geheim"}',
    });
  });

  it("forgets the token when one signs out", async () => {
    const { api, header } = backend(json(SESSION), new Response(null, { status: 204 }), json({}));
    await api.session();
    await api.signOut();
    await api.revoke("d1", "verloren");
    expect(header(1, "x-csrf-token")).toBe("token-1");
    expect(header(2, "x-csrf-token")).toBeNull();
  });

  it("gives the backend's code and the fields that are wrong", async () => {
    const { api } = backend(problem(400, "invalid", [{ field: "label", code: "required" }]));
    const failure: unknown = await api.invite("", "politie").catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ status: 400, code: "invalid", fields: ["label"] });
  });

  it("tells that the session ended, except where that was the question", async () => {
    const { api, signedOut } = backend(problem(401, "not-signed-in"), problem(401, "not-signed-in"));
    expect(await api.session()).toBeNull();
    expect(signedOut).not.toHaveBeenCalled();
    await expect(api.devices()).rejects.toMatchObject({ code: "not-signed-in" });
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it("does not take a wrong password for the end of a session", async () => {
    const { api, signedOut } = backend(problem(401, "wrong-credentials"));
    await expect(api.signIn("coordinator", "mis")).rejects.toMatchObject({ code: "wrong-credentials" });
    expect(signedOut).not.toHaveBeenCalled();
  });

  it("has one kind of failure for a lost connection and for an answer that is no problem of ours", async () => {
    const { api } = backend(
      new TypeError("Failed to fetch"),
      new Response("<h1>Bad Gateway</h1>", { status: 502 }),
    );
    await expect(api.alerts()).rejects.toMatchObject({ status: 0, code: "network" });
    await expect(api.alerts()).rejects.toMatchObject({ status: 502, code: "internal" });
  });

  it("asks for a record, its proof and its sealed part by its operation", async () => {
    const { api, sent } = backend(json({}), json({}), new Response());
    await api.observation("o1");
    await api.evidence("o1");
    await api.sealed("o1");
    expect(sent.map(({ path }) => path)).toEqual([
      "/v1/observations/o1",
      "/v1/operations/o1/evidence",
      "/v1/operations/o1/sealed",
    ]);
  });

  it("hands over sealed bytes as they came", async () => {
    const { api } = backend(new Response(Uint8Array.from([0, 255, 10, 13])));
    expect([...(await api.sealed("o1"))]).toEqual([0, 255, 10, 13]);
  });
});

describe("apiError", () => {
  it("makes one of anything that was thrown", () => {
    const own = new ApiError(404, "not-found");
    expect(apiError(own)).toBe(own);
    expect(apiError(new Error("x"))).toMatchObject({ status: 0, code: "internal" });
  });
});
