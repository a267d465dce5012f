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
  const [signedOut, replaced] = [vi.fn(), vi.fn()];
  const api = new Api({ ended: signedOut, replaced });
  const header = (index: number, name: string) => new Headers(sent[index]?.init.headers).get(name);
  return { api, sent, header, signedOut, replaced };
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
    const fields = [
      { field: "label", code: "too-long" },
      { field: "organisation", code: "unknown" },
    ];
    const { api } = backend(problem(400, "invalid", fields));
    const failure: unknown = await api.invite("", "politie").catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ status: 400, code: "invalid", fields });
  });

  it("tells that the session ended, except where that was the question", async () => {
    const { api, signedOut } = backend(problem(401, "not-signed-in"), problem(401, "not-signed-in"));
    expect(await api.session()).toBeNull();
    expect(signedOut).not.toHaveBeenCalled();
    await expect(api.devices("")).rejects.toMatchObject({ code: "not-signed-in" });
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

  it("asks for a page of inspections, and for one of them by its operation", async () => {
    const { api, sent } = backend(json({ items: [], nextCursor: null }), json({}));
    await api.inspections("entity=e1");
    await api.inspection("o1");
    expect(sent.map(({ path }) => path)).toEqual(["/v1/inspections?entity=e1", "/v1/inspections/o1"]);
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

describe("Api, when its token is refused because somebody signed in in another tab", () => {
  const refused = () => problem(403, "csrf");
  const token = (value: string, login = "coordinator") => json({ login, csrfToken: value });
  const asked = (sent: Sent[]) => sent.map(({ init, path }) => `${init.method ?? ""} ${path}`);

  it("repeats the request once with the new token, where it is the same account", async () => {
    const { api, sent, header, replaced } = backend(
      token("token-1"),
      refused(),
      token("token-2"),
      json({ id: "i1" }, 201),
    );
    await api.session();
    expect(await api.invite("tablet", "politie")).toEqual({ id: "i1" });
    expect(asked(sent).slice(1)).toEqual([
      "POST /v1/invitations",
      "GET /v1/sessions/current",
      "POST /v1/invitations",
    ]);
    expect(sent[3]?.init.body).toBe(sent[1]?.init.body);
    expect([header(1, "x-csrf-token"), header(3, "x-csrf-token")]).toEqual(["token-1", "token-2"]);
    expect(replaced).not.toHaveBeenCalled();
  });

  it("does not repeat it a second time", async () => {
    const { api, sent } = backend(token("token-1"), refused(), token("token-2"), refused());
    await api.session();
    await expect(api.revoke("d1", "verloren")).rejects.toMatchObject({ code: "csrf" });
    expect(sent).toHaveLength(4);
  });

  it("does nothing in the name of another account, and says who it is", async () => {
    const { api, sent, replaced } = backend(token("token-1"), refused(), token("token-9", "agent"));
    await api.session();
    await expect(api.withdraw("i1")).rejects.toMatchObject({ status: 403, code: "csrf" });
    expect(sent).toHaveLength(3);
    expect(replaced).toHaveBeenCalledExactlyOnceWith({ login: "agent", csrfToken: "token-9" });
  });

  it("tells that the session ended where nobody is signed in any more", async () => {
    const { api, signedOut } = backend(token("token-1"), refused(), problem(401, "not-signed-in"));
    await api.session();
    await expect(api.withdraw("i1")).rejects.toMatchObject({ status: 401, code: "not-signed-in" });
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it("signs out whoever is there", async () => {
    const { api, sent, header, replaced } = backend(
      token("token-1"),
      refused(),
      token("token-9", "agent"),
      new Response(null, { status: 204 }),
    );
    await api.session();
    await api.signOut();
    expect(asked(sent).at(-1)).toBe("DELETE /v1/sessions/current");
    expect(header(3, "x-csrf-token")).toBe("token-9");
    expect(replaced).not.toHaveBeenCalled();
  });
});

describe("apiError", () => {
  it("makes one of anything that was thrown", () => {
    const own = new ApiError(404, "not-found");
    expect(apiError(own)).toBe(own);
    expect(apiError(new Error("x"))).toMatchObject({ status: 0, code: "internal" });
  });
});
