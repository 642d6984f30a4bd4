// Accepting an invitation link, and the pages that closed links show.

import type { Page } from "@playwright/test";
import { accessible } from "./support/accessible.ts";
import {
  acceptAsNewPerson,
  invitationRow,
  inviteFromPage,
  linkOf,
  newAddress,
  PEOPLE,
} from "./support/invitations.ts";
import { carol, joe, nina, PASSWORD, signIn } from "./support/people.ts";
import { invite, letInvitationExpire, providerURL } from "./support/server.ts";
import { expect, scripted, test } from "./support/test.ts";
import { send, takenOver } from "./support/workspace.ts";

test("a new person accepts an invitation and enters the workspace", async ({ page, newBrowser, expectRefusal }) => {
  const email = newAddress();
  const link = await invite("beta", email);

  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Join Beta LLC" })).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
  await page.getByLabel("Name").fill("Greta Gast");
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await expect(page).toHaveURL("/o/beta");
  await takenOver(page);
  await expect(page.getByTestId("org-switcher")).toContainText("Beta LLC");
  await expect(page.getByRole("button", { name: "Your account" })).toContainText("Greta Gast");
  await expect(page.getByRole("main").getByRole("link", { name: "Mobile app" })).toBeVisible();

  await test.step("the link works once", async () => {
    const other = await (await newBrowser()).newPage();
    expectRefusal(400, "/callback");
    await other.goto(link);
    await expect(other.getByRole("heading", { name: "This invitation can no longer be used" })).toBeVisible();
    await expect(other.getByRole("link", { name: "Sign in" })).toBeVisible();
  });
});

test("a password that is too short is refused and the name is kept", async ({ page, expectRefusal }) => {
  await page.goto(await invite("beta", newAddress()));
  await page.getByLabel("Name").fill("Greta Gast");
  await page.getByLabel("Password").fill("short");
  expectRefusal(422, "/u/invitation");
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/8 characters/);
  await expect(page.getByLabel("Name")).toHaveValue("Greta Gast");
});

test("an existing person accepts with the password they have", async ({ page, newBrowser, expectRefusal }) => {
  // Each run uses another organization, since Nina remains a member.
  const [org, name] = scripted() ? ["acme", "Acme Corp"] : ["beta", "Beta LLC"];
  const link = await invite(org, nina.email);

  await page.goto(link);
  await expect(page.getByRole("heading", { name: `Join ${name}` })).toBeVisible();
  await expect(page.getByText(nina.email)).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveCount(0);

  await test.step("a wrong password does not use up the link", async () => {
    await page.getByLabel("Password").fill("not the password");
    expectRefusal(400, "/u/invitation");
    await page.getByRole("button", { name: "Accept invitation" }).click();
    await expect(page.getByRole("alert")).toHaveText("Wrong password.");
  });

  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await expect(page).toHaveURL(`/o/${org}`);
  await takenOver(page);
  await expect(page.getByRole("button", { name: "Your account" })).toContainText(nina.name);

  await test.step("the link works once", async () => {
    const other = await (await newBrowser()).newPage();
    expectRefusal(400, "/callback");
    await other.goto(link);
    await expect(other.getByRole("heading", { name: "This invitation can no longer be used" })).toBeVisible();
  });
});

test("an incomplete invitation link says so", async ({ page, expectRefusal }) => {
  const link = new URL(await invite("beta", newAddress()));
  link.searchParams.delete("organization");
  link.searchParams.delete("organization_name");
  expectRefusal(400, "/login");
  await page.goto(link.href);
  await expect(page.getByRole("heading", { name: "This invitation link is incomplete" })).toBeVisible();
});

test.describe("a closed invitation link says why and what to do", () => {
  /** Opens `link` in a browser without cookies and checks the page. */
  async function read(guest: Page, link: string, heading: string, text: RegExp): Promise<void> {
    await guest.goto(link);
    await expect(guest.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    await expect(guest.getByText(text)).toBeVisible();
    await expect(guest.getByRole("button", { name: "Accept invitation" })).toHaveCount(0);
    await expect(guest.getByRole("link", { name: "Go to the start page" })).toBeVisible();
    await accessible(guest);
  }

  test("expired", async ({ page, newBrowser, expectRefusal }) => {
    const email = newAddress();
    await signIn(page, carol, PEOPLE);
    const link = await inviteFromPage(page, email);
    await letInvitationExpire(email);
    expectRefusal(410, "/invitation");
    const guest = await (await newBrowser()).newPage();
    await read(guest, link, "This invitation has expired", /Ask Carol Castro to send the invitation to ABC Inc again/);
    await page.reload();
    await expect(invitationRow(page, email).getByText("Expired", { exact: true })).toBeVisible();
  });

  test("withdrawn", async ({ page, newBrowser, expectRefusal }) => {
    const email = newAddress();
    await signIn(page, carol, PEOPLE);
    const link = await inviteFromPage(page, email);
    await send(page, `Revoke the invitation for ${email}`, "revoke_invitation");
    await expect(invitationRow(page, email)).toHaveCount(0);
    expectRefusal(410, "/invitation");
    const guest = await (await newBrowser()).newPage();
    await read(guest, link, "This invitation was revoked", /ask Carol Castro/);
  });

  test("accepted", async ({ page, newBrowser, expectRefusal }) => {
    const email = newAddress();
    await signIn(page, carol, PEOPLE);
    const link = await inviteFromPage(page, email);
    const guest = await (await newBrowser()).newPage();
    await guest.goto(link);
    await acceptAsNewPerson(guest);
    expectRefusal(410, "/invitation");
    const other = await (await newBrowser()).newPage();
    await read(other, link, "This invitation was accepted", /a link works only once/);
    await expect(other.getByRole("link", { name: "Open ABC Inc" })).toHaveAttribute("href", "/o/abc-inc");
  });

  test("replaced by a resent one, which works", async ({ page, newBrowser, expectRefusal }) => {
    const email = newAddress();
    await signIn(page, carol, PEOPLE);
    const old = await inviteFromPage(page, email);
    await send(page, `Resend the invitation to ${email}`, "resend_invitation");
    expectRefusal(410, "/invitation");
    const guest = await (await newBrowser()).newPage();
    await read(guest, old, "There is a newer invitation", /Open the link in the latest email/);
    await page.reload();
    await guest.goto(await linkOf(page, email));
    await expect(guest.getByRole("heading", { name: "invites you to ABC Inc" })).toBeVisible();
    await expect(guest.getByRole("button", { name: "Accept invitation" })).toBeVisible();
  });

  test("declined, after a confirmation", async ({ page, newBrowser, expectRefusal }) => {
    const email = newAddress();
    await signIn(page, carol, PEOPLE);
    const link = await inviteFromPage(page, email);
    const guest = await (await newBrowser()).newPage();
    await guest.goto(link);
    await guest.getByRole("link", { name: "Decline" }).click();
    await expect(guest.getByRole("heading", { name: "Decline the invitation to ABC Inc?" })).toBeVisible();
    await accessible(guest);
    await guest.getByRole("link", { name: "Back" }).click();
    await expect(guest.getByRole("button", { name: "Accept invitation" }), "nothing was declined yet").toBeVisible();
    await guest.getByRole("link", { name: "Decline" }).click();
    await guest.getByRole("button", { name: "Decline invitation" }).click();
    await expect(guest.getByRole("heading", { name: "Invitation declined" })).toBeVisible();
    await accessible(guest);
    expectRefusal(410, "/invitation");
    await read(guest, link, "This invitation was declined", /ask Carol Castro for a new invitation/);
    await page.reload();
    await expect(invitationRow(page, email).getByText("Declined", { exact: true })).toBeVisible();
  });
});

test("a member is redirected to the workspace", async ({ page, newBrowser }) => {
  const email = newAddress();
  await signIn(page, carol, PEOPLE);
  const link = await inviteFromPage(page, email);
  // An invitation that Tessera does not know makes the guest a member first.
  const guest = await (await newBrowser()).newPage();
  await guest.goto(await invite("abc-inc", email));
  await guest.getByLabel("Name").fill("Greta Gast");
  await guest.getByLabel("Password").fill("a long enough password");
  await guest.getByRole("button", { name: "Accept invitation" }).click();
  await expect(guest).toHaveURL("/o/abc-inc");
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: "You’re already in ABC Inc" })).toBeVisible();
  await accessible(guest);
  await guest.getByRole("link", { name: "Open ABC Inc" }).click();
  await expect(guest).toHaveURL("/o/abc-inc");
});

test("with another account signed in, the provider is called only after the account is changed", async ({ page, newBrowser }) => {
  const email = newAddress();
  await signIn(page, carol, PEOPLE);
  const link = await inviteFromPage(page, email);

  const other = await (await newBrowser()).newPage();
  await signIn(other, joe, "/o/abc-inc");
  const provider: string[] = [];
  other.on("request", (request) => {
    if (request.url().startsWith(providerURL)) provider.push(request.url());
  });
  await other.goto(link);
  await expect(other.getByRole("heading", { name: "This invitation is for another address" })).toBeVisible();
  await expect(other.getByText(`You are signed in as ${joe.email}`)).toBeVisible();
  await accessible(other);
  await other.getByRole("link", { name: "Stay signed in" }).click();
  await expect(other.getByText(`Signed in as ${joe.email}`)).toBeVisible();
  expect(provider).toEqual([]);

  await other.goto(link);
  await other.getByRole("button", { name: `Sign out and accept as ${email}` }).click();
  await expect(other.getByRole("heading", { name: "invites you to ABC Inc" }), "it is still good").toBeVisible();
  await accessible(other);
  await acceptAsNewPerson(other);
  await takenOver(other);
  await expect(other.getByRole("button", { name: "Your account" })).toContainText("Greta Gast");
});

test("an open invitation is listed in the switcher and in the picker", async ({ page, newBrowser }) => {
  // The guest is a member of another workspace and has a verified address.
  const email = newAddress();
  const guest = await (await newBrowser()).newPage();
  await guest.goto(await invite("beta", email));
  await guest.getByLabel("Name").fill("Greta Gast");
  await guest.getByLabel("Password").fill("a long enough password");
  await guest.getByRole("button", { name: "Accept invitation" }).click();
  await expect(guest).toHaveURL("/o/beta");
  await takenOver(guest);
  const asked: string[] = [];
  guest.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await signIn(page, carol, PEOPLE);
  await inviteFromPage(page, email);

  const offer = guest.getByRole("link", { name: /ABC Inc/ });
  if (scripted()) {
    expect(asked, "no page waits for it").not.toContain("/fn/list_pending_invitations");
    await guest.getByTestId("org-switcher").click();
    await expect(guest.getByText("1 invitation", { exact: true })).toBeVisible();
    await expect(offer).toContainText("Carol Castro, as member");
    await accessible(guest);
    await offer.click();
  } else {
    await guest.getByTestId("org-switcher").click();
    await expect(guest.getByTestId("org-option-beta")).toBeVisible();
    await expect(offer).toHaveCount(0);
    await guest.getByRole("link", { name: "All workspaces" }).click();
  }
  await expect(guest.getByText("ABC Inc invites you")).toBeVisible();
  await accessible(guest);
  await guest.getByRole("button", { name: "Accept the invitation to ABC Inc" }).click();
  await expect(guest).toHaveURL("/o/abc-inc");
});
