// A workspace verifies its domain, and people with an address there join it.

import { randomInt, randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { accessible } from "./support/accessible.ts";
import { type Dns, startDns } from "./support/dns.ts";
import { dana, signIn } from "./support/people.ts";
import { providerURL } from "./support/server.ts";
import { expect, test } from "./support/test.ts";
import { open, send, takenOver } from "./support/workspace.ts";

const password = "a long enough password";

let dns: Dns;
test.beforeEach(async () => {
  dns = await startDns();
});
test.afterEach(async () => dns.close());

/** Verifies a domain of acme that no other test uses, and returns it. */
async function prove(page: Page): Promise<string> {
  const domain = `acme-${randomInt(1e9)}.example`;
  await signIn(page, dana, "/o/acme/settings");
  await page.getByRole("link", { name: "Domains" }).click();
  await page.getByLabel("Domain", { exact: true }).fill(domain);
  await page.getByRole("button", { name: "Add domain" }).click();
  await expect(page.getByRole("heading", { name: domain })).toBeVisible();
  await takenOver(page);
  await expect(page.getByText("Not verified")).toBeVisible();
  const host = await page.getByLabel("Record host").inputValue();
  const value = await page.getByLabel("Record value").inputValue();
  expect(host).toBe(`_tessera-challenge.${domain}`);

  await send(page, "Check now", "check_domain");
  await expect(page.getByText("Record not found.")).toBeVisible();
  dns.set(host, value);
  await expect(async () => {
    await send(page, "Check now", "check_domain");
    await expect(page.getByText("The record was found.")).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await expect(page.getByText("Verified", { exact: true })).toBeVisible();
  return domain;
}

/** Sets the join mode and the default role on the page of a domain. */
async function choose(page: Page, mode: string, role: string): Promise<void> {
  await page.getByLabel(mode).check();
  await page.getByLabel("Default role").selectOption(role);
  await send(page, "Save", "change_domain");
  await expect(page.getByLabel(mode)).toBeChecked();
}

/** Signs up a new person with an address at the domain and follows the link in the mail. */
async function signUp(page: Page, domain: string): Promise<string> {
  const email = `new-${randomUUID()}@${domain}`;
  await page.goto("/login?screen_hint=signup");
  await page.getByLabel("Name").fill("Sunniva Strand");
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  await page.goto(`${providerURL}/mailbox`);
  await page.getByRole("link").filter({ hasText: email }).first().click();
  await page.getByRole("link", { name: "/u/signup/confirm" }).click();
  await page.getByRole("button", { name: "Create account" }).click();
  return email;
}

test("a person with an address at a verified domain joins at once", async ({ page, newBrowser }) => {
  const domain = await prove(page);
  await choose(page, "Automatically", "viewer");
  await accessible(page);
  const person = await (await newBrowser()).newPage();
  await signUp(person, domain);
  await expect(person).toHaveURL("/o/acme");
  await person.goto("/o/acme/settings");
  await expect(person.getByText("Viewer")).toBeVisible();

  await test.step("the email address alone selects the workspace", async () => {
    const other = await (await newBrowser()).newPage();
    await other.goto(`/login?login_hint=somebody@${domain}`);
    await expect(other.getByRole("heading", { name: "Sign in to Acme Corp" })).toBeVisible();
  });

  await test.step("the domain is removed", async () => {
    await page.getByRole("button", { name: "Remove domain" }).click();
    await expect(page).toHaveURL("/o/acme/settings/domains");
    await expect(page.getByText(domain)).toHaveCount(0);
  });
});

test("a person who must ask is approved by an admin", async ({ page, newBrowser }) => {
  const domain = await prove(page);
  await choose(page, "By request", "member");
  const person = await (await newBrowser()).newPage();
  const email = await signUp(person, domain);
  await expect(person).toHaveURL("/welcome");
  await accessible(person);
  await send(person, "Ask to join", "ask_to_join");
  await expect(person.getByText("Waiting for approval.")).toBeVisible();

  await open(page, "/o/acme/settings");
  await page.getByRole("link", { name: /^People \d+ join requests?$/ }).click();
  await expect(page.getByRole("heading", { name: "Join requests" })).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
  await accessible(page);
  await send(page, "Approve Sunniva Strand as member", "approve_join_request");
  await expect(page.getByRole("button", { name: "Approve Sunniva Strand as member" })).toHaveCount(0);
  await expect(page.getByRole("listitem").filter({ hasText: email }).getByText("Member").first()).toBeVisible();

  await expect(async () => {
    await person.goto("/join");
    await expect(person).toHaveURL("/o/acme", { timeout: 2_000 });
  }).toPass();
});

test("a public domain is refused at its field", async ({ page, expectRefusal }) => {
  await signIn(page, dana, "/o/acme/settings/domains");
  expectRefusal(422, "/fn/add_domain");
  for (const [typed, says] of [
    ["gmail.com", "Anyone can get an address at this email provider"],
    ["co.uk", "Many companies share this ending"],
  ] as const) {
    await page.getByLabel("Domain", { exact: true }).fill(typed);
    await send(page, "Add domain", "add_domain");
    await expect(page.getByText(says)).toBeVisible();
    await expect(page.getByLabel("Domain", { exact: true })).toHaveValue(typed);
  }
  await accessible(page);
});
