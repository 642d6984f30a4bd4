// Signing in and out.

import { continueAs, enterPassword, joe, signIn } from "./support/people.ts";
import { baseURL } from "./support/server.ts";
import { expect, scripted, test } from "./support/test.ts";
import { open, organizationOption, signOut, takenOver, texts } from "./support/workspace.ts";

test("joe signs in from the landing page and chooses his organization", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await enterPassword(page, joe);
  await expect(page.getByRole("heading", { name: "Your workspaces" })).toBeVisible();
  await expect(page.getByRole("listitem")).toHaveText(["ABC Inc", "XYZ Travel"].map((name) => new RegExp(name)));
  await page.getByRole("link", { name: "XYZ Travel" }).click();
  await expect(page).toHaveURL("/o/xyz-travel");
  await takenOver(page);
  await expect(page.getByTestId("org-switcher")).toContainText("XYZ Travel");

  await test.step("the landing page now lists his workspaces", async () => {
    await page.goto("/");
    await expect(page.getByRole("heading", { name: "Your workspaces" })).toBeVisible();
    await page.getByRole("link", { name: "ABC Inc" }).click();
    await expect(page).toHaveURL("/o/abc-inc");
  });
});

test("a wrong password is refused and the address is kept", async ({ page, expectRefusal }) => {
  await page.goto("/o/abc-inc");
  await page.getByLabel("Email address").fill(joe.email);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  expectRefusal(400, "/u/login");
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("Email address")).toHaveValue(joe.email);
});

test("a sign-in returns to the requested page", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc/tasks/CRM-3");
  await expect(texts(page)).toContainText("Export contacts as vCards");
});

test("a sign-in returns to the same place of the page", async ({ page }) => {
  test.skip(!scripted(), "browsers do not send the fragment: without scripts it is lost");
  await page.goto("/o/abc-inc/tasks/CRM-3?utm_source=mail#activity");
  await enterPassword(page, joe);
  await expect(page).toHaveURL("/o/abc-inc/tasks/CRM-3?utm_source=mail#activity");
  await expect(texts(page)).toContainText("Export contacts as vCards");
});

test("an organization of other people is refused", async ({ page, expectRefusal }) => {
  await page.goto("/o/acme");
  expectRefusal(404, "/callback");
  await continueAs(page, joe);
  await expect(page.getByRole("heading", { name: "You are not a member of this workspace" })).toBeVisible();
});

test("a sign-out invalidates the session", async ({ page, context, newBrowser }) => {
  await signIn(page, joe, "/o/abc-inc");
  const cookies = (await context.cookies(baseURL)).filter(({ name }) => name === "tessera");
  expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Lax", path: "/" }]);
  const alive = await context.request.get("/fn/get_workspace?org=abc-inc");
  expect(alive.status()).toBe(200);

  await signOut(page);

  await test.step("the workspace redirects to the sign-in", async () => {
    await page.goto("/o/abc-inc/tasks/CRM-1");
    await expect(page.getByRole("heading", { name: "Sign in to ABC Inc" })).toBeVisible();
  });
  await test.step("the old cookie does not work", async () => {
    const thief = await newBrowser();
    await thief.addCookies(cookies);
    expect((await thief.request.get("/fn/get_workspace?org=abc-inc")).status()).toBe(401);
    const elsewhere = await thief.newPage();
    await elsewhere.goto("/o/abc-inc");
    await expect(elsewhere.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
    await expect(elsewhere.locator("body")).not.toContainText("Customer records");
  });
});

test("a sign-out link asks for confirmation", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  await page.goto("/logout");
  await expect(page.getByRole("heading", { name: "Sign out of Tessera?" })).toBeVisible();
  await page.getByRole("link", { name: "Stay signed in" }).click();
  await open(page, "/o/abc-inc");
  await page.goto("/logout");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
});

test("the switcher opens the settings and a new organization", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  await expect(await organizationOption(page, "abc-inc")).toHaveAttribute("aria-current", "true");
  await expect(page.getByTestId("org-option-acme")).toHaveCount(0);
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page).toHaveURL("/o/abc-inc/settings");
  await expect(page.getByRole("main")).toContainText("Member");
  await page.getByTestId("org-switcher").click();
  await page.getByRole("link", { name: "Create workspace" }).click();
  await expect(page.getByRole("heading", { name: "Name your workspace" })).toBeVisible();
});
