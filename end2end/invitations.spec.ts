// From the link of an invitation to the workspace.

import { randomUUID } from "node:crypto";
import { nina, PASSWORD } from "./support/people.ts";
import { invite } from "./support/server.ts";
import { expect, scripted, test } from "./support/test.ts";
import { takenOver } from "./support/workspace.ts";

test("a new person accepts an invitation and is in the workspace", async ({ page, newBrowser, expectRefusal }) => {
  const email = `guest-${randomUUID()}@example.com`;
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
    await expect(other.getByRole("heading", { name: "This invitation can’t be used any more" })).toBeVisible();
    await expect(other.getByRole("link", { name: "Sign in" })).toBeVisible();
  });
});

test("a password that is too short is refused, and the name stays", async ({ page, expectRefusal }) => {
  await page.goto(await invite("beta", `guest-${randomUUID()}@example.com`));
  await page.getByLabel("Name").fill("Greta Gast");
  await page.getByLabel("Password").fill("short");
  expectRefusal(422, "/u/invitation");
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/8 characters/);
  await expect(page.getByLabel("Name")).toHaveValue("Greta Gast");
});

test("an existing person accepts with the password they have", async ({ page, newBrowser, expectRefusal }) => {
  // An organization for each run, since she stays in it.
  const [org, name] = scripted() ? ["acme", "Acme Corp"] : ["beta", "Beta LLC"];
  const link = await invite(org, nina.email);

  await page.goto(link);
  await expect(page.getByRole("heading", { name: `Join ${name}` })).toBeVisible();
  await expect(page.getByText(nina.email)).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveCount(0);

  await test.step("a wrong password uses nothing up", async () => {
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
    await expect(other.getByRole("heading", { name: "This invitation can’t be used any more" })).toBeVisible();
  });
});

test("an invitation link that lost a part says so", async ({ page, expectRefusal }) => {
  const link = new URL(await invite("beta", `guest-${randomUUID()}@example.com`));
  link.searchParams.delete("organization");
  link.searchParams.delete("organization_name");
  expectRefusal(400, "/login");
  await page.goto(link.href);
  await expect(page.getByRole("heading", { name: "This invitation link is incomplete" })).toBeVisible();
});
