// npm auth0, the official SDK, over https.

import assert from "node:assert/strict";
import { test } from "node:test";

import { AuthenticationClient, ManagementClient, UserInfoClient } from "auth0";

import { signIn } from "./person.mjs";
import { abc, acme, audience, callback, domain, issuers, joe, management, web } from "./server.mjs";

const api = new ManagementClient({ domain, clientId: management.id, clientSecret: management.secret });
const authentication = ({ id, secret }) => new AuthenticationClient({ domain, clientId: id, clientSecret: secret });

/** Every item of a list, over all its pages. */
async function all(page) {
  const items = [];
  for await (const item of await page) items.push(item);
  return items;
}

test("organizations are listed, found, made, changed and deleted", async () => {
  const names = (await all(api.organizations.list({ take: 2 }))).map(organization => organization.name);
  assert.ok(names.includes("acme") && names.includes("xyz-travel"), names.join());
  assert.equal((await api.organizations.getByName("acme")).id, acme);

  const made = await api.organizations.create({ name: "initech", display_name: "Initech", metadata: { plan: "gold" } });
  assert.match(made.id, /^org_[A-Za-z0-9]{16}$/);
  const changed = await api.organizations.update(made.id, { display_name: "Initech Inc" });
  assert.equal(changed.display_name, "Initech Inc");
  assert.deepEqual((await api.organizations.get(made.id)).metadata, { plan: "gold" });
  await assert.rejects(api.organizations.create({ name: "initech" }), { statusCode: 409 });
  await api.organizations.delete(made.id);
  await assert.rejects(api.organizations.get(made.id), { statusCode: 404 });
});

test("people are made, changed, found and deleted", async () => {
  const email = "milton@example.com";
  const connection = "Username-Password-Authentication";
  const made = await api.users.create({ connection, email, password: "the red stapler 7", user_metadata: { desk: "B" } });
  assert.match(made.user_id, /^auth0\|[0-9a-f]{24}$/);
  await api.users.update(made.user_id, { name: "Milton W", app_metadata: { floor: 0 } });
  const found = await api.users.get(made.user_id);
  assert.equal(found.name, "Milton W");
  assert.deepEqual(found.user_metadata, { desk: "B" });
  assert.equal((await api.users.listUsersByEmail({ email }))[0].user_id, made.user_id);
  await api.users.delete(made.user_id);
  await assert.rejects(api.users.get(made.user_id), { statusCode: 404 });
});

test("a person becomes a member with a role, which the next token shows", async () => {
  const role = (await all(api.roles.list())).find(({ name }) => name === "viewer");
  await api.organizations.members.create(acme, { members: [joe] });
  await api.organizations.members.roles.assign(acme, joe, { roles: [role.id] });
  const roles = await all(api.organizations.members.roles.list(acme, joe));
  assert.deepEqual(roles.map(({ name }) => name), ["viewer"]);
  const organizations = await all(api.users.organizations.list(joe));
  assert.ok(organizations.some(({ id }) => id === acme));
  await api.organizations.members.delete(acme, { members: [joe] });
  const members = await all(api.organizations.members.list(acme));
  assert.ok(!members.some(({ user_id }) => user_id === joe));
});

test("a role is made with permissions and deleted", async () => {
  const made = await api.roles.create({ name: "auditor", description: "Reads the log" });
  const permission = { resource_server_identifier: audience, permission_name: "read:audit_log" };
  await api.roles.permissions.add(made.id, { permissions: [permission] });
  const permissions = await all(api.roles.permissions.list(made.id));
  assert.deepEqual(permissions.map(({ permission_name }) => permission_name), ["read:audit_log"]);
  await api.roles.delete(made.id);
  await assert.rejects(api.roles.get(made.id), { statusCode: 404 });
});

test("somebody is invited and the invitation is revoked", async () => {
  const made = await api.organizations.invitations.create(acme, {
    client_id: web.id,
    inviter: { name: "Alice" },
    invitee: { email: "peter@example.com" },
    send_invitation_email: false,
  });
  assert.match(made.invitation_url, new RegExp(`invitation=${made.ticket_id}&organization=${acme}&organization_name=acme$`));
  assert.ok((await all(api.organizations.invitations.list(acme))).some(({ id }) => id === made.id));
  await api.organizations.invitations.delete(acme, made.id);
  await assert.rejects(api.organizations.invitations.get(acme, made.id), { statusCode: 404 });
});

test("a program gets a token for itself", async () => {
  const { data } = await authentication(management).oauth.clientCredentialsGrant({ audience, organization: acme });
  assert.equal(data.token_type, "Bearer");
  assert.ok(data.expires_in > 0 && data.access_token.split(".").length === 3);
});

test("tokens are refreshed until the refresh token is revoked", async () => {
  const { oauth } = authentication(web);
  const query = new URLSearchParams({
    client_id: web.id,
    redirect_uri: callback,
    response_type: "code",
    scope: "openid email offline_access",
    audience,
    organization: abc,
    state: "x",
  });
  const back = await signIn(`${issuers.https}authorize?${query}`, { email: "joe@example.com", password: "tessera-demo" }, callback);
  const { data: first } = await oauth.authorizationCodeGrant({ code: back.searchParams.get("code"), redirect_uri: callback });
  const { data: profile } = await new UserInfoClient({ domain }).getUserInfo(first.access_token);
  assert.equal(profile.sub, joe);

  const { data: second } = await oauth.refreshTokenGrant({ refresh_token: first.refresh_token });
  await oauth.revokeRefreshToken({ token: second.refresh_token });
  await assert.rejects(oauth.refreshTokenGrant({ refresh_token: second.refresh_token }), { error: "invalid_grant" });
});
