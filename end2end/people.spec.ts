// Inviting people, and the pages that the invited people see.

import { accessible } from "./support/accessible.ts";
import { acceptAsNewPerson, inviteFromPage, newAddress, PEOPLE } from "./support/invitations.ts";
import { carol, joe, signIn } from "./support/people.ts";
import { expect, test } from "./support/test.ts";
import { takenOver } from "./support/workspace.ts";

test("an owner invites a person, who joins", async ({ page, newBrowser }) => {
  const email = newAddress();
  await signIn(page, carol, PEOPLE);
  const link = await inviteFromPage(page, email);
  await accessible(page);

  const guest = await (await newBrowser()).newPage();
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: "invites you to ABC Inc" })).toBeVisible();
  await expect(guest.getByText("Come and see.")).toBeVisible();
  await accessible(guest);
  await acceptAsNewPerson(guest);
  await takenOver(guest);
  await expect(guest.getByTestId("org-switcher")).toContainText("ABC Inc");
});

test("another signed-in person is warned and changes the account", async ({ page, newBrowser }) => {
  const email = newAddress();
  await signIn(page, carol, PEOPLE);
  const link = await inviteFromPage(page, email);

  const other = await (await newBrowser()).newPage();
  await signIn(other, joe, "/o/abc-inc");
  await other.goto(link);
  await expect(other.getByRole("heading", { name: "This invitation is for another address" })).toBeVisible();
  await expect(other.getByText(joe.email)).toBeVisible();
  await accessible(other);
  await other.getByRole("button", { name: `Sign out and accept as ${email}` }).click();
  await expect(other.getByRole("heading", { name: "invites you to ABC Inc" })).toBeVisible();

  await test.step("the invitation is declined", async () => {
    await other.getByRole("link", { name: "Decline" }).click();
    await other.getByRole("button", { name: "Decline invitation" }).click();
    await expect(other.getByRole("heading", { name: "Invitation declined" })).toBeVisible();
  });
});

test("an invalid line is reported and the list is kept", async ({ page, expectRefusal }) => {
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
  await page.getByRole("button", { name: "Manage your membership" }).click();
  const panel = page.getByRole("dialog");
  await expect(panel).toBeVisible();
  await accessible(page);
  expectRefusal(409, "/fn/leave_organization");
  await panel.getByRole("button", { name: "Leave ABC Inc" }).click();
  await expect(page.getByText("A workspace needs at least one owner.").first()).toBeVisible();
});
