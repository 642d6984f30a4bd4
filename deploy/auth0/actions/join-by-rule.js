'use strict';

/*
 * Auth0 Action, trigger "Login / Post Login": who matches a rule becomes a member of an organization.
 *
 * The same rules as those of the built-in provider (`src/idp/join.rs`); README.md beside this folder says where the
 * two differ and how to deploy it. Node 18, one dependency: auth0@5.
 *
 * Secrets:
 *   DOMAIN, CLIENT_ID, CLIENT_SECRET   a machine-to-machine application for the Management API
 *   JOIN_RULES                         a JSON array of rules, each with `organization` and `role` (ids) and one of
 *                                      `email_domain`; `connection` (an id); `attribute` (a path in app_metadata)
 *                                      with `value`
 */

const { domainToASCII } = require('node:url');

/** How long a person who was looked after is left alone, in milliseconds. */
const REMEMBERED_FOR = 60 * 60 * 1000;

/** Anybody can have an address there: such a domain says nothing about who somebody is. */
const PUBLIC_DOMAINS = new Set([
  '126.com', '163.com', '1und1.de', 'aim.com', 'alice.it', 'aliyun.com', 'aol.com', 'arcor.de', 'att.net',
  'bellsouth.net', 'bigpond.com', 'bluewin.ch', 'bol.com.br', 'btinternet.com', 'charter.net', 'comcast.net',
  'cox.net', 'daum.net', 'disroot.org', 'duck.com', 'earthlink.net', 'email.cz', 'email.it', 'fastmail.com',
  'fastmail.fm', 'foxmail.com', 'free.fr', 'freenet.de', 'gmail.com', 'gmx.at', 'gmx.ch', 'gmx.com', 'gmx.de',
  'gmx.net', 'googlemail.com', 'hanmail.net', 'hey.com', 'hotmail.co.uk', 'hotmail.com', 'hotmail.de', 'hotmail.es',
  'hotmail.fr', 'hotmail.it', 'hushmail.com', 'icloud.com', 'inbox.com', 'inbox.lv', 'interia.pl', 'laposte.net',
  'libero.it', 'list.ru', 'live.co.uk', 'live.com', 'live.de', 'live.fr', 'live.nl', 'mac.com', 'mail.com', 'mail.de',
  'mail.ru', 'mailbox.org', 'mailinator.com', 'me.com', 'msn.com', 'naver.com', 'o2.pl', 'onet.pl', 'online.de',
  'optonline.net', 'orange.fr', 'outlook.com', 'outlook.de', 'outlook.fr', 'passport.com', 'pm.me', 'posteo.de',
  'proton.me', 'protonmail.ch', 'protonmail.com', 'qq.com', 'rambler.ru', 'rediffmail.com', 'rocketmail.com',
  'sbcglobal.net', 'seznam.cz', 'sfr.fr', 'sina.com', 'sky.com', 't-online.de', 'tiscali.it', 'tuta.com',
  'tutanota.com', 'uol.com.br', 'verizon.net', 'virgilio.it', 'virginmedia.com', 'wanadoo.fr', 'web.de', 'wp.pl',
  'yahoo.com', 'yandex.com', 'yandex.ru', 'zoho.com',
]);

/** Whole families whose members differ in their country alone. */
const PUBLIC_FAMILY = /^(gmx|hotmail|live|outlook|yahoo)\.(com?\.)?[a-z]{2}$/;

const isPublic = (domain) => PUBLIC_DOMAINS.has(domain) || PUBLIC_FAMILY.test(domain);

/** A domain in lower case and ASCII, or '' for what is none. */
const normalised = (domain) => (typeof domain === 'string' ? domainToASCII(domain.trim()).toLowerCase() : '');

/** The domain of the person's proven address, or ''. */
function provenDomain(user) {
  const at = user.email_verified === true && typeof user.email === 'string' ? user.email.lastIndexOf('@') : -1;
  return at < 0 ? '' : normalised(user.email.slice(at + 1));
}

/** Whether the person has `value`, or a list with it, at `path`. Only app_metadata is not the person's own to choose. */
function hasAttribute(user, path, value) {
  if (typeof path !== 'string' || !path.startsWith('app_metadata.') || typeof value !== 'string' || !value.trim()) {
    return false;
  }
  let found = user;
  for (const name of path.split('.')) {
    const has = found !== null && typeof found === 'object' && !Array.isArray(found) && Object.hasOwn(found, name);
    if (!has) return false;
    found = found[name];
  }
  const is = (one) => ['string', 'number', 'boolean'].includes(typeof one) && String(one) === value;
  return Array.isArray(found) ? found.some(is) : is(found);
}

function matches(rule, event) {
  if (rule.email_domain !== undefined) {
    const domain = normalised(rule.email_domain);
    return domain.includes('.') && !isPublic(domain) && domain === provenDomain(event.user);
  }
  if (rule.connection !== undefined) return rule.connection === event.connection.id;
  return hasAttribute(event.user, rule.attribute, rule.value);
}

/** The roles to give, by organization: of the organization that the login is for, or of all when it is for none. */
function joins(rules, event) {
  const roles = new Map();
  for (const rule of rules) {
    if (event.organization && event.organization.id !== rule.organization) continue;
    if (!matches(rule, event)) continue;
    roles.set(rule.organization, [...new Set([...(roles.get(rule.organization) ?? []), rule.role])]);
  }
  return roles;
}

function parse(text) {
  const rules = JSON.parse(text || '[]');
  if (!Array.isArray(rules)) throw new Error('JOIN_RULES is no array');
  return rules.filter((rule) => rule && typeof rule.organization === 'string' && typeof rule.role === 'string');
}

/** What is used of the Management API. A test puts its own in this place. */
exports.connect = (secrets) => {
  const { ManagementClient } = require('auth0');
  const management = new ManagementClient({
    domain: secrets.DOMAIN,
    clientId: secrets.CLIENT_ID,
    clientSecret: secrets.CLIENT_SECRET,
  });
  const { members, enabledConnections } = management.organizations;
  return {
    takesPeopleFrom: async (organization, connection) => {
      try {
        await enabledConnections.get(organization, connection);
        return true;
      } catch (error) {
        if (error.statusCode === 404) return false;
        throw error;
      }
    },
    addMember: (organization, user) => members.create(organization, { members: [user] }),
    rolesOf: async (organization, user) => (await members.roles.list(organization, user)).data,
    giveRoles: (organization, user, roles) => members.roles.assign(organization, user, { roles }),
  };
};

exports.onExecutePostLogin = async (event, api) => {
  // A refresh is no sign-in.
  if (event.transaction?.protocol === 'oauth2-refresh-token') return;
  try {
    await join(event, api);
  } catch (error) {
    // Who could not be looked after signs in all the same, without what they would have joined.
    console.log(`join-by-rule: ${error.message}`);
  }
};

async function join(event, api) {
  const user = event.user.user_id;
  const due = [...joins(parse(event.secrets.JOIN_RULES), event)].filter(
    ([organization]) => !api.cache?.get(`join ${organization} ${user}`),
  );
  if (due.length === 0) return;
  const management = exports.connect(event.secrets);
  for (const [organization, roles] of due) {
    // What one company's issuer says of a person opens no organization that does not take people from it. An
    // organization that the login is for has been asked already.
    if (!event.organization && !(await management.takesPeopleFrom(organization, event.connection.id))) continue;
    // Adding a member again changes nothing. Roles go to who has none, so that what was changed by hand stays.
    await management.addMember(organization, user);
    if ((await management.rolesOf(organization, user)).length === 0) {
      await management.giveRoles(organization, user, roles);
    }
    api.cache?.set(`join ${organization} ${user}`, 'done', { ttl: REMEMBERED_FOR });
  }
}
