// npm openid-client, a certified relying party, through a complete login at either address.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as client from "openid-client";

import { signIn } from "./person.mjs";
import { abc, acme, afterLogout, audience, callback, issuers, joe, management, web } from "./server.mjs";

const person = { email: "joe@example.com", password: "tessera-demo" };

async function discover(issuer, { id, secret }, authentication = client.ClientSecretPost(secret)) {
  // The library marks it as deprecated so that it stands out: it is for local servers without TLS, such as this one.
  // oxlint-disable-next-line typescript/no-deprecated
  const options = issuer.startsWith("http:") ? { execute: [client.allowInsecureRequests] } : {};
  return client.discovery(new URL(issuer), id, secret, authentication, options);
}

/** A login with an organization, to its tokens. */
async function logIn(config, organization) {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: "openid profile email offline_access read:tasks",
    audience,
    organization,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  const back = await signIn(address, person, callback);
  return client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
}

const payload = token => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

for (const [scheme, issuer] of Object.entries(issuers)) {
  test(`a person signs in to an organization over ${scheme}, the tokens are refreshed, and the session ends`, async () => {
    const config = await discover(issuer, web);
    assert.equal(config.serverMetadata().issuer, issuer);

    const tokens = await logIn(config, abc);
    const claims = tokens.claims();
    assert.equal(claims.iss, issuer);
    assert.equal(claims.sub, joe);
    assert.equal(claims.org_id, abc);
    const access = payload(tokens.access_token);
    assert.equal(access.iss, issuer);
    assert.deepEqual(access.aud, [audience, `${issuer}userinfo`]);
    assert.equal(access.org_id, abc);
    assert.ok(access.permissions.includes("read:tasks"));

    const profile = await client.fetchUserInfo(config, tokens.access_token, joe);
    assert.equal(profile.email, person.email);

    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.equal(refreshed.claims().org_id, abc);
    assert.notEqual(refreshed.refresh_token, tokens.refresh_token);

    const logout = client.buildEndSessionUrl(config, {
      id_token_hint: refreshed.id_token,
      post_logout_redirect_uri: afterLogout,
      state: "bye",
    });
    const response = await fetch(logout, { redirect: "manual" });
    assert.equal(response.headers.get("location"), `${afterLogout}?state=bye`);
  });
}

test("a refresh token that was revoked is refused", async () => {
  const config = await discover(issuers.https, web);
  const tokens = await logIn(config, abc);
  await client.tokenRevocation(config, tokens.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: "invalid_grant" });
});

test("who is not a member is told so", async () => {
  const config = await discover(issuers.https, web);
  await assert.rejects(logIn(config, acme), { error: "access_denied" });
});

test("a program gets a token for an organization, proving itself either way", async () => {
  for (const authentication of [client.ClientSecretPost, client.ClientSecretBasic]) {
    const config = await discover(issuers.https, management, authentication(management.secret));
    const tokens = await client.clientCredentialsGrant(config, { audience, organization: acme });
    const claims = payload(tokens.access_token);
    assert.equal(claims.sub, `${management.id}@clients`);
    assert.equal(claims.org_id, acme);
    assert.equal(claims.gty, "client-credentials");
  }
});
