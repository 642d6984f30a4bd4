'use strict';

/* Run with `node --test`. No dependency: the Management API is a small model in memory. */

const assert = require('node:assert/strict');
const { test } = require('node:test');

const action = require('./join-by-rule.js');

const RULES = [
  { organization: 'org_abc', email_domain: 'ABC.example', role: 'rol_member' },
  { organization: 'org_abc', attribute: 'app_metadata.hr.company', value: 'ABC', role: 'rol_admin' },
  { organization: 'org_xyz', email_domain: 'abc.example', role: 'rol_viewer' },
  { organization: 'org_xyz', connection: 'con_sso', role: 'rol_member' },
  { organization: 'org_all', email_domain: 'gmail.com', role: 'rol_member' },
  { organization: 'org_all', email_domain: 'Yahoo.co.uk', role: 'rol_member' },
  { organization: 'org_all', attribute: 'user_metadata.company', value: 'ABC', role: 'rol_member' },
  { organization: 'org_idn', email_domain: 'bücher.example', role: 'rol_member' },
];

/** Organizations with the connections that they take people from, and what became of their members. */
function tenant() {
  const enabled = { org_abc: ['con_db'], org_xyz: ['con_db', 'con_sso'], org_all: ['con_db'], org_idn: ['con_db'] };
  const members = {};
  const calls = [];
  action.connect = () => ({
    takesPeopleFrom: async (organization, connection) => enabled[organization].includes(connection),
    addMember: async (organization, user) => {
      calls.push('addMember');
      (members[organization] ??= {})[user] ??= [];
    },
    rolesOf: async (organization, user) => members[organization][user].map((id) => ({ id })),
    giveRoles: async (organization, user, roles) => {
      calls.push('giveRoles');
      members[organization][user].push(...roles);
    },
  });
  return { members, calls };
}

function event(user, more = {}) {
  return {
    user: { user_id: 'auth0|1', email_verified: true, ...user },
    connection: { id: 'con_db' },
    secrets: { JOIN_RULES: JSON.stringify(RULES) },
    ...more,
  };
}

const run = (what, api = {}) => action.onExecutePostLogin(what, api);

test('a proven address of the domain joins wherever a rule says so', async () => {
  const { members } = tenant();
  await run(event({ email: 'Ann@Abc.Example' }));
  assert.deepEqual(members, { org_abc: { 'auth0|1': ['rol_member'] }, org_xyz: { 'auth0|1': ['rol_viewer'] } });
});

test('an address that is not proven, at a sub-domain or at a public service joins nothing', async () => {
  const { members } = tenant();
  await run(event({ email: 'ann@abc.example', email_verified: false }));
  await run(event({ email: 'ann@sub.abc.example' }));
  await run(event({ email: 'ann@abc.example@elsewhere.example' }));
  await run(event({ email: 'ann@gmail.com' }));
  await run(event({ email: 'ann@yahoo.co.uk' }));
  await run(event({}));
  assert.deepEqual(members, {});
});

test('an international domain is the same in either spelling', async () => {
  const { members } = tenant();
  await run(event({ email: 'ann@xn--bcher-kva.example' }));
  assert.deepEqual(members, { org_idn: { 'auth0|1': ['rol_member'] } });
});

test('only the organization that the login is for takes people in', async () => {
  const { members } = tenant();
  await run(event({ email: 'ann@abc.example' }, { organization: { id: 'org_abc' } }));
  assert.deepEqual(Object.keys(members), ['org_abc']);
});

test('an attribute counts in app_metadata alone', async () => {
  const { members } = tenant();
  await run(event({ user_metadata: { company: 'ABC', hr: { company: 'ABC' } } }));
  assert.deepEqual(members, {});
  await run(event({ email: 'ann@abc.example', app_metadata: { hr: { company: ['X', 'ABC'] } } }));
  assert.deepEqual(members.org_abc, { 'auth0|1': ['rol_member', 'rol_admin'] });
});

test('an issuer opens no organization that does not take its people', async () => {
  const { members } = tenant();
  await run(event({ email: 'ann@abc.example' }, { connection: { id: 'con_sso' } }));
  assert.deepEqual(members, { org_xyz: { 'auth0|1': ['rol_viewer', 'rol_member'] } });
});

test('signing in again changes nothing', async () => {
  const { members, calls } = tenant();
  const what = event({ email: 'ann@abc.example' }, { organization: { id: 'org_abc' } });
  await run(what);
  members.org_abc['auth0|1'] = ['rol_owner'];
  await run(what);
  assert.deepEqual(members.org_abc, { 'auth0|1': ['rol_owner'] });

  // With a cache it is not even looked at.
  const cached = new Map();
  const api = { cache: { get: (key) => cached.get(key), set: (key, value) => cached.set(key, { value }) } };
  await run(what, api);
  const before = calls.length;
  await run(what, api);
  assert.equal(calls.length, before);
});

test('a refresh and a failure leave the login alone', async () => {
  const { members } = tenant();
  await run(event({ email: 'ann@abc.example' }, { transaction: { protocol: 'oauth2-refresh-token' } }));
  await run(event({ email: 'ann@abc.example' }, { secrets: { JOIN_RULES: '{' } }));
  assert.deepEqual(members, {});
  action.connect = () => {
    throw new Error('no network');
  };
  await run(event({ email: 'ann@abc.example' }));
});
