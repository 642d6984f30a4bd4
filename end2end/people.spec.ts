// People: inviting them, and what the invited see.

import { randomUUID } from "node:crypto";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { joe, signIn, type Person } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { open, takenOver } from "./support/workspace.ts";

const carol: Person = { name: "Carol Castro", email: "carol@example.com" };
const PEOPLE = "/o/abc-inc/settings/people";

/** axe finds nothing; it is itself a script. */
async function accessible(page: Page): Promise<void> {
  if (!scripted()) return;
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}

/** Invites from the page and gives the link, once it is there. */
async function invite(page: Page, email: string): Promise<string> {
  await open(page, `${PEOPLE}/invite`);
  await page.getByLabel("Email addresses").fill(email);
  await page.getByLabel("Message (optional)").fill("Come and see.");
  await page.getByRole("button", { name: "Send invitations" }).click();
  await expect(page).toHaveURL(PEOPLE);
  const row = page.getByRole("listitem").filter({ hasText: email });
  await expect(async () => {
    if (!scripted()) await page.reload();
    await expect(row.getByText("Invited", { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await row.getByText("Link", { exact: true }).click();
  return row.getByRole("textbox").inputValue();
}

test("an owner invites somebody, who reads the invitation and joins", async ({ page, newBrowser }) => {
  const email = `guest-${randomUUID()}@example.com`;
  await signIn(page, carol, PEOPLE);
  const link = await invite(page, email);
  await accessible(page);

  const guest = await (await newBrowser()).newPage();
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: "invites you to ABC Inc" })).toBeVisible();
  await expect(guest.getByText("Come and see.")).toBeVisible();
  await accessible(guest);
  await guest.getByRole("button", { name: "Accept invitation" }).click();
  await guest.getByLabel("Name").fill("Greta Gast");
  await guest.getByLabel("Password").fill("a long enough password");
  await guest.getByRole("button", { name: "Accept invitation" }).click();
  await expect(guest).toHaveURL("/o/abc-inc");
  await takenOver(guest);
  await expect(guest.getByTestId("org-switcher")).toContainText("ABC Inc");
});

test("somebody else who is signed in is warned, and changes the account", async ({ page, newBrowser }) => {
  const email = `guest-${randomUUID()}@example.com`;
  await signIn(page, carol, PEOPLE);
  const link = await invite(page, email);

  const other = await (await newBrowser()).newPage();
  await signIn(other, joe, "/o/abc-inc");
  await other.goto(link);
  await expect(other.getByRole("heading", { name: "This invitation is for another address" })).toBeVisible();
  await expect(other.getByText(joe.email)).toBeVisible();
  await accessible(other);
  await other.getByRole("button", { name: `Sign out and accept as ${email}` }).click();
  await expect(other.getByRole("heading", { name: "invites you to ABC Inc" })).toBeVisible();

  await test.step("and declines after all", async () => {
    await other.getByRole("link", { name: "Decline" }).click();
    await other.getByRole("button", { name: "Decline invitation" }).click();
    await expect(other.getByRole("heading", { name: "You have declined" })).toBeVisible();
  });
});

test("a line that is wrong is said, and the list stays", async ({ page, expectRefusal }) => {
  await signIn(page, carol, `${PEOPLE}/invite`);
  const list = page.getByLabel("Email addresses");
  await list.fill("good@example.com\nnonsense\nJOE@example.com");
  expectRefusal(422, "/fn/invite_people");
  await page.getByRole("button", { name: "Send invitations" }).click();
  await expect(list).toHaveAccessibleDescription(/Line 2: “nonsense” is not an email address/);
  await expect(list).toHaveValue("good@example.com\nnonsense\nJOE@example.com");
  await accessible(page);
});

test("the last owner is told why they cannot leave", async ({ page, expectRefusal }) => {
  await signIn(page, carol, PEOPLE);
  await page.getByRole("button", { name: "Change your own membership" }).click();
  const panel = page.getByRole("dialog");
  await expect(panel).toBeVisible();
  await accessible(page);
  expectRefusal(409, "/fn/leave_organization");
  await panel.getByRole("button", { name: "Leave ABC Inc" }).click();
  await expect(page.getByText("Somebody has to own the workspace.").first()).toBeVisible();
});
