/**
 * A real provider of OpenID Connect on this machine, for the end-to-end tests alone: `oidc-provider`, with a page on which
 * anybody signs in under any name. It holds clients to what the NL GOV profile asks: PKCE with S256, and a signed proof of who
 * they are.
 *
 * Arguments: its port, where the client's browsers come back to, and the file with the client's public keys.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { Provider } from "oidc-provider";

const [port, back, keys] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "baken",
      redirect_uris: [back],
      post_logout_redirect_uris: [back],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
      jwks: JSON.parse(readFileSync(keys, "utf8")),
    },
  ],
  clientAuthMethods: ["private_key_jwt"],
  pkce: { required: () => true },
  cookies: { keys: ["a key of these tests"] },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Nobody is asked whether Baken may know who they are.
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({
      clientId: oidc.client.clientId,
      accountId: oidc.session.accountId,
    });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});

const PAGE = `<!doctype html><html lang="nl"><title>Account van de gemeente</title>
<form method="post">
  <label>Naam <input name="login"></label>
  <button name="what" value="go">Inloggen</button>
  <button name="what" value="cancel">Annuleren</button>
</form>`;

async function interaction(request, response) {
  await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html");
    response.end(PAGE);
    return;
  }
  const sent = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
  const result =
    sent.get("what") === "go"
      ? { login: { accountId: sent.get("login") } }
      : { error: "access_denied", error_description: "End-User aborted interaction" };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const others = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) {
    void others(request, response);
    return;
  }
  interaction(request, response).catch(() => {
    response.writeHead(500).end();
  });
}).listen(Number(port), "127.0.0.1");
