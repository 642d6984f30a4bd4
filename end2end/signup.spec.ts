// Signing up: the sign-up page, the link in the mail, and the first page of the application.

import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { providerURL } from "./support/server.ts";
import { expect, test } from "./support/test.ts";

const password = "a long enough password";

/** Signs up with a new address, and returns it. */
async function signUp(page: Page): Promise<string> {
  const email = `new-${randomUUID()}@example.com`;
  await page.goto("/login?screen_hint=signup");
  await page.getByLabel("Name").fill("Sunniva Strand");
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
  return email;
}

/** Follows the link of the newest mail to an address. */
async function followLink(page: Page, email: string): Promise<void> {
  await page.goto(`${providerURL}/mailbox`);
  await page.getByRole("link").filter({ hasText: email }).first().click();
  await page.getByRole("link", { name: "/u/signup/confirm" }).click();
  await expect(page.getByRole("heading", { name: "Confirm your sign-up" })).toBeVisible();
  await expect(page.getByText("Sunniva Strand")).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
}

test("a new person confirms their address and is signed in", async ({ page, expectRefusal }) => {
  const email = await signUp(page);
  await page.getByRole("link", { name: "Open the mailbox" }).click();
  await followLink(page, email);
  const link = page.url();
  await expect(page.getByLabel("Password")).toHaveCount(0);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/welcome");
  await expect(page.getByRole("heading", { name: "You aren’t in a workspace yet" })).toBeVisible();

  await test.step("the link works once", async () => {
    expectRefusal(400, "/u/signup/confirm");
    await page.goto(link);
    await expect(page.getByRole("heading", { name: "This link can no longer be used" })).toBeVisible();
  });
});

test("another browser asks for the chosen password", async ({ page, newBrowser, expectRefusal }) => {
  const email = await signUp(page);
  const other = await (await newBrowser()).newPage();
  await followLink(other, email);

  await test.step("a wrong password does not use up the link", async () => {
    await other.getByLabel("Password").fill("not the password");
    expectRefusal(400, "/u/signup/confirm");
    await other.getByRole("button", { name: "Create account" }).click();
    await expect(other.getByRole("alert")).toHaveText("Wrong password.");
  });

  await other.getByLabel("Password").fill(password);
  await other.getByRole("button", { name: "Create account" }).click();
  await expect(other.getByRole("heading", { name: "Your account is ready" })).toBeVisible();
  await other.getByRole("link", { name: "Continue to Tessera" }).click();
  await expect(other.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
});
