// Inviting people, and accepting invitations.

import { randomUUID } from "node:crypto";
import type { Locator, Page } from "@playwright/test";
import { providerURL } from "./server.ts";
import { expect, scripted } from "./test.ts";
import { open } from "./workspace.ts";

/** The people page of abc-inc, which Carol owns. */
export const PEOPLE = "/o/abc-inc/settings/people";

export const newAddress = (): string => `guest-${randomUUID()}@example.com`;

/** The row of an invitation in the list of people. */
export const invitationRow = (page: Page, email: string): Locator =>
  page.getByRole("listitem").filter({ hasText: email });

/** Invites from the page and returns the link in the mail. */
export async function inviteFromPage(page: Page, email: string): Promise<string> {
  await open(page, `${PEOPLE}/invite`);
  await page.getByLabel("Email addresses").fill(email);
  await page.getByLabel("Message (optional)").fill("Come and see.");
  await page.getByRole("button", { name: "Send invitations" }).click();
  await expect(page).toHaveURL(PEOPLE);
  return linkOf(page, email);
}

/** Waits until the listed invitation is sent, and returns the link in its mail: no page shows it. */
export async function linkOf(page: Page, email: string): Promise<string> {
  const row = invitationRow(page, email);
  await expect(async () => {
    if (!scripted()) await page.reload();
    await expect(row.getByText("Invited", { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  const mailbox = await page.context().newPage();
  await mailbox.goto(`${providerURL}/mailbox`);
  await mailbox.getByRole("link").filter({ hasText: email }).first().click();
  const link = await mailbox.getByRole("link", { name: "/login?invitation=" }).getAttribute("href");
  await mailbox.close();
  return link!;
}

/** Accepts the invitation of the page and creates an account at the provider. */
export async function acceptAsNewPerson(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await page.getByLabel("Name").fill("Greta Gast");
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await expect(page).toHaveURL("/o/abc-inc");
}
