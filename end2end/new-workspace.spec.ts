// Creating a workspace, from its name to the first card.

import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { continueAs, nina } from "./support/people.ts";
import { providerURL } from "./support/server.ts";
import { expect, scripted, test } from "./support/test.ts";
import { takenOver } from "./support/workspace.ts";

/** Signs in Nina, who is in no organization. */
async function signInNina(page: Page): Promise<void> {
  await page.goto("/login?return_to=%2Fnew-organization");
  await continueAs(page, nina);
  await expect(page).toHaveURL("/new-organization");
}

/** Returns a name that no organization has. */
const company = (): string => `Novak ${randomUUID().slice(0, 8)}`;

/** Derives the slug of an organization from its name. */
const slugOf = (name: string): string => name.toLowerCase().replaceAll(" ", "-");

test("a new person signs up and creates a workspace", async ({ page }) => {
  const name = company();
  const email = `founder-${randomUUID()}@example.com`;
  await page.goto("/new-organization");
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByLabel("Name").fill("Fenna Founder");
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.goto(`${providerURL}/mailbox`);
  await page.getByRole("link").filter({ hasText: email }).first().click();
  await page.getByRole("link", { name: "/u/signup/confirm" }).click();
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/new-organization");
  await page.getByLabel("Company or team").fill(name);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL(`/o/${slugOf(name)}`);
  await takenOver(page);
  await page.getByRole("main").getByRole("link", { name: "First steps" }).click();
  await expect(page.getByText("Create a project of your own")).toBeVisible();
  await page.goto(`/o/${slugOf(name)}/settings`);
  await expect(page.getByRole("main")).toContainText("Owner");
});

test("a taken name is answered with free ones", async ({ page, expectRefusal }) => {
  await signInNina(page);
  const name = company();
  await page.getByLabel("Company or team").fill(name);
  await page.getByLabel("Workspace URL").fill("acme");
  expectRefusal(422, "/fn/create_organization");
  await page.getByRole("button", { name: "Create workspace" }).click();
  const error = page.locator("#slug-error");
  await expect(error).toContainText("“acme” is taken. Try one of these: acme-team");
  await expect(page.getByLabel("Company or team")).toHaveValue(name);
  await page.getByLabel("Workspace URL").fill(slugOf(name));
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL(`/o/${slugOf(name)}`);
});

test("the settings show that the workspace is in sync with the sign-in service", async ({ page }) => {
  await signInNina(page);
  const name = company();
  await page.getByLabel("Company or team").fill(name);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL(`/o/${slugOf(name)}`);
  await takenOver(page);
  await page.goto(`/o/${slugOf(name)}/settings`);
  await page.getByRole("link", { name: "Sign-in service" }).click();
  await expect(page.getByRole("heading", { name: "Sign-in service", level: 1 })).toBeVisible();
  await expect(page.getByText("Everything is in sync.")).toBeVisible();
  await page.getByRole("button", { name: "Sync now" }).click();
  // The sync runs in the background. Without scripts, the test must reload the page.
  await expect(async () => {
    if (!scripted()) await page.reload();
    await expect(page.getByRole("main")).toContainText("Last sync:", { timeout: 1_000 });
  }).toPass();
});
