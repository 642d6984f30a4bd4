// The Action for a real tenant (deploy/auth0), run as Auth0 runs it after a login, with its own calls to the Management
// API of the running provider.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { compileFunction } from "node:vm";

import { ManagementClient } from "auth0";

import { signIn } from "./person.mjs";
import { abc, acme, audience, callback, domain, issuers, management, web } from "./server.mjs";

const file = new URL("../../deploy/auth0/actions/join-by-rule.js", import.meta.url);
const password = "the red stapler 7";
const api = new ManagementClient({ domain, clientId: management.id, clientSecret: management.secret });

/** The ids of roles by their names, and of the connection that everybody comes through. */
const roles = {};
let connection;
const made = [];

before(async () => {
  for await (const { id, name } of await api.roles.list()) roles[name] = id;
  for await (const { id, name } of await api.connections.list()) {
    if (name === "Username-Password-Authentication") connection = { id, name };
  }
});

after(async () => {
  for (const id of made) await api.users.delete(id);
});

/** What the Action exports: its text is run with the one dependency that the README adds to it. */
function action() {
  const module = { exports: {} };
  const parameters = ["exports", "require", "module"];
  const run = compileFunction(readFileSync(file, "utf8"), parameters, { filename: file.pathname });
  run(module.exports, createRequire(import.meta.url), module);
  return module.exports;
}

/** What Auth0 gives an Action beside the event. */
function tools() {
  const cached = new Map();
  return { cache: { get: key => cached.get(key), set: (key, value) => cached.set(key, { value }) } };
}

const rules = () => [
  { organization: acme, email_domain: "Rule.Example", role: roles.member },
  { organization: abc, attribute: "app_metadata.company", value: "ABC", role: roles.viewer },
];

/** The event of a login: the person as the provider knows them, the connection and the Action's secrets. */
async function login(id, { secret = management.secret, ...more } = {}) {
  return {
    user: await api.users.get(id),
    connection: { ...connection, strategy: "auth0" },
    client: { client_id: web.id },
    transaction: { protocol: "oidc-basic-profile" },
    secrets: { DOMAIN: domain, CLIENT_ID: management.id, CLIENT_SECRET: secret, JOIN_RULES: JSON.stringify(rules()) },
    ...more,
  };
}

async function person(email, properties = {}) {
  const { user_id } = await api.users.create({ connection: connection.name, email, password, ...properties });
  made.push(user_id);
  return user_id;
}

/** The names of the person's roles by organization. */
async function memberships(id) {
  const found = {};
  for await (const organization of await api.users.organizations.list(id)) {
    found[organization.id] = [];
    for await (const { name } of await api.organizations.members.roles.list(organization.id, id)) {
      found[organization.id].push(name);
    }
  }
  return found;
}

test("a proven address of a rule's domain makes a member with the role, who can sign in to the organization", async () => {
  const email = "dora@rule.example";
  const id = await person(email, { email_verified: true });
  assert.deepEqual(await memberships(id), {});
  await action().onExecutePostLogin(await login(id), tools());
  assert.deepEqual(await memberships(id), { [acme]: ["member"] });

  const query = new URLSearchParams({
    client_id: web.id,
    redirect_uri: callback,
    response_type: "code",
    scope: "openid",
    audience,
    organization: acme,
    state: "x",
  });
  const back = await signIn(`${issuers.https}authorize?${query}`, { email, password }, callback);
  assert.ok(back.searchParams.get("code"), back.search);
});

test("an address that is not proven, or of another domain, joins nothing", async () => {
  const unproven = await person("una@rule.example", { email_verified: false });
  const elsewhere = await person("elsa@sub.rule.example", { email_verified: true });
  for (const id of [unproven, elsewhere]) {
    await action().onExecutePostLogin(await login(id), tools());
    assert.deepEqual(await memberships(id), {});
  }
});

test("an attribute joins as well, and a login for an organization joins that one alone", async () => {
  const id = await person("abel@rule.example", { email_verified: true, app_metadata: { company: "ABC" } });
  await action().onExecutePostLogin(await login(id, { organization: { id: abc } }), tools());
  assert.deepEqual(await memberships(id), { [abc]: ["viewer"] });
  await action().onExecutePostLogin(await login(id), tools());
  assert.deepEqual(await memberships(id), { [abc]: ["viewer"], [acme]: ["member"] });
});

test("an organization that takes nobody from the connection is not joined", async () => {
  const closed = await api.organizations.create({ name: "rule-closed" });
  const id = await person("clara@rule.example", { email_verified: true });
  const event = await login(id);
  const closedRule = { organization: closed.id, email_domain: "rule.example", role: roles.member };
  event.secrets.JOIN_RULES = JSON.stringify([closedRule, ...rules()]);
  await action().onExecutePostLogin(event, tools());
  assert.deepEqual(await memberships(id), { [acme]: ["member"] });
  await api.organizations.delete(closed.id);
});

test("a role that was changed by hand stays, and who was just looked after is left alone", async () => {
  const id = await person("hanna@rule.example", { email_verified: true });
  const { onExecutePostLogin } = action();
  const remembering = tools();
  await onExecutePostLogin(await login(id), remembering);
  await api.organizations.members.roles.delete(acme, id, { roles: [roles.member] });
  await api.organizations.members.roles.assign(acme, id, { roles: [roles.admin] });
  await onExecutePostLogin(await login(id), tools());
  assert.deepEqual(await memberships(id), { [acme]: ["admin"] });

  await api.organizations.members.delete(acme, { members: [id] });
  await onExecutePostLogin(await login(id), remembering);
  assert.deepEqual(await memberships(id), {});
  await onExecutePostLogin(await login(id), tools());
  assert.deepEqual(await memberships(id), { [acme]: ["member"] });
});

test("a Management API that refuses the Action lets the login go on", async t => {
  const said = t.mock.method(console, "log", () => {});
  const id = await person("nora@rule.example", { email_verified: true });
  await action().onExecutePostLogin(await login(id, { secret: "not the secret" }), tools());
  assert.match(said.mock.calls[0].arguments[0], /^join-by-rule: /);
  assert.deepEqual(await memberships(id), {});
});
