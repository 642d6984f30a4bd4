// The workspace switcher and picker.

import type { Page } from "@playwright/test";
import { accessible } from "./support/accessible.ts";
import { bob, continueAs, dana, joe, signIn } from "./support/people.ts";
import { providerURL, seedWorkspaces } from "./support/server.ts";
import { expect, scripted, test } from "./support/test.ts";
import {
  addTask,
  card,
  createProject,
  newProject,
  open,
  organizationOption,
  send,
  takenOver,
} from "./support/workspace.ts";

const switcher = (page: Page) => page.getByTestId("org-switcher");
const option = (page: Page, org: string) => page.getByTestId(`org-option-${org}`);

/** Records the pages of the provider that `page` shows from now on. */
function pagesOfProvider(page: Page): string[] {
  const seen: string[] = [];
  page.on("framenavigated", (frame) => {
    if (frame.url().startsWith(providerURL)) seen.push(frame.url());
  });
  return seen;
}

test("by mouse, without a prompt at the provider", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  const seen = pagesOfProvider(page);
  await expect(await organizationOption(page, "abc-inc")).toHaveAttribute("aria-current", "true");
  await expect(page.getByTestId("org-option-acme")).toHaveCount(0);
  await accessible(page);
  await option(page, "xyz-travel").click();
  await expect(page).toHaveURL("/o/xyz-travel");
  await takenOver(page);
  await expect(switcher(page)).toContainText("XYZ Travel");
  expect(seen).toEqual([]);

  await test.step("back with a seat, without the provider", async () => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await (await organizationOption(page, "abc-inc")).click();
    await expect(page).toHaveURL("/o/abc-inc");
    await takenOver(page);
    expect(asked).not.toContain("/login");
  });
});

test("an ended provider session prompts and returns to the same page", async ({ page, context }) => {
  await signIn(page, joe, "/o/abc-inc");
  // Only the provider's cookies are cleared: an open page would notice the end of the application's session.
  await context.clearCookies({ name: /^(?!tessera(-recent)?$)/ });
  await page.goto("/o/xyz-travel/settings");
  await expect(page.getByRole("heading", { name: "Sign in to XYZ Travel" })).toBeVisible();
  await continueAs(page, joe);
  await expect(page).toHaveURL("/o/xyz-travel/settings");
});

test("by keyboard: shortcut, digits and search", async ({ page }) => {
  test.skip(!scripted(), "shortcuts are scripts; without them Tab and Enter do it, see keyboard.spec.ts");
  await signIn(page, joe, "/o/abc-inc");
  await page.keyboard.press("Alt+o");
  await expect(option(page, "abc-inc")).toBeFocused();
  await expect(option(page, "abc-inc").locator("kbd")).toHaveText("1");
  await expect(option(page, "abc-inc").locator("kbd")).toBeVisible();
  await page.keyboard.press("x");
  await expect(option(page, "xyz-travel")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(option(page, "abc-inc")).toBeHidden();
  await page.keyboard.press("2");
  await expect(page, "a digit does nothing while the switcher is closed").toHaveURL("/o/abc-inc");
  await page.keyboard.press("Alt+o");
  await page.keyboard.press("9");
  await expect(option(page, "abc-inc"), "there is no ninth").toBeVisible();
  await page.keyboard.press("2");
  await expect(page).toHaveURL("/o/xyz-travel");
  await takenOver(page);

  await test.step("not in a text field", async () => {
    await open(page, "/o/abc-inc/projects/new");
    await page.getByLabel("Name").focus();
    await page.keyboard.press("Alt+o");
    await expect(option(page, "abc-inc")).toBeHidden();
  });

  await test.step("on a phone the shortcut opens the drawer too", async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await open(page, "/o/abc-inc");
    await page.keyboard.press("Alt+o");
    await expect(option(page, "abc-inc")).toBeVisible();
    await expect(option(page, "abc-inc").locator("kbd")).toBeHidden();
  });
});

test("many workspaces are listed partially and all are found", async ({ page }) => {
  await seedWorkspaces(bob, 30);
  await signIn(page, bob, "/o/beta");
  await switcher(page).click();
  const choices = page.getByTestId(/^org-option-/);
  await expect(choices).toHaveCount(20);
  await expect(choices.first()).toContainText("Beta LLC");
  await accessible(page);

  if (scripted()) {
    const field = page.getByRole("searchbox", { name: "Find a workspace" });
    await page.keyboard.press("w");
    await expect(field, "a letter goes to the field").toBeFocused();
    await expect(field).toHaveValue("w");
    await page.keyboard.type("orkspace 29");
    await expect(field, "digits are text in it").toHaveValue("workspace 29");
    await expect(choices).toHaveText([/Workspace 29/]);
    await expect(page).toHaveURL("/o/beta");
    await field.fill("nothing like it");
    await expect(page.getByText("No matching workspaces.")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(field, "Escape closes the menu").toBeHidden();
    await switcher(page).click();
    await expect(field, "what was typed ends with the menu").toHaveValue("");
    await expect(choices).toHaveCount(20);
    await field.fill("beta");
    await expect(choices).toHaveCount(1);
    await page.keyboard.press("ArrowDown");
    await expect(option(page, "beta")).toBeFocused();
    await page.keyboard.press("ArrowUp");
    await expect(field).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL("/o/beta");
    await takenOver(page);
    await switcher(page).click();
  }

  await page.getByRole("link", { name: "All workspaces" }).click();
  await expect(page.getByRole("heading", { name: "Your workspaces" })).toBeVisible();
  const rows = page.getByTestId(/^workspace-/);
  await expect(rows).toHaveCount(25);
  await accessible(page);
  await page.getByRole("searchbox", { name: "Find a workspace" }).fill("SPACE 28");
  if (!scripted()) await page.getByRole("button", { name: "Search" }).click();
  await expect(rows).toHaveText([/Workspace 28/]);
  await page.getByRole("searchbox", { name: "Find a workspace" }).fill("nothing like it");
  if (!scripted()) await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByText("No matching workspaces.")).toBeVisible();
  await page.goto("/");
  await page.getByRole("link", { name: "Show all workspaces" }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(30);
});

test("the switcher counts what is unread in the other workspaces", async ({ page, newBrowser }) => {
  test.skip(!scripted(), "the counts load when the menu opens");
  const project = newProject();
  await signIn(page, dana, "/o/beta");
  await open(page, "/o/acme");
  const other = await (await newBrowser()).newPage();
  await signIn(other, bob, "/o/beta");
  await createProject(other, "beta", project);
  await addTask(other, "todo", "News");
  await card(other, `${project.key}-1`).click();
  await other.getByLabel("Add a comment").fill("Look, @Dana Dvorak");
  await send(other, "Comment", "add_comment");
  const beta = await organizationOption(page, "beta");
  await expect(beta.locator(".count")).toHaveText(/^\s*\d+\s*unread$/u);
  await expect(option(page, "acme")).toBeVisible();
});

test("two people in one browser act in their own workspaces", async ({ page, expectRefusal }) => {
  await signIn(page, dana, "/o/acme");
  await test.step("the signed-in account is refused elsewhere and can be changed", async () => {
    expectRefusal(404, "/callback");
    await page.goto("/o/abc-inc");
    await expect(page.getByText("You are signed in as dana@example.com. You are not a member")).toBeVisible();
    await page.getByRole("link", { name: "Use another account" }).click();
    await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
    await continueAs(page, joe);
    await expect(page).toHaveURL("/o/abc-inc");
    await takenOver(page);
  });

  await test.step("the switcher names the acting person", async () => {
    await switcher(page).click();
    for (const [org, email] of [
      ["abc-inc", joe.email],
      ["acme", dana.email],
      ["beta", dana.email],
      ["xyz-travel", joe.email],
    ] as const) {
      await expect(option(page, org)).toContainText(email);
    }
    await accessible(page);
    await option(page, "acme").click();
    await expect(page).toHaveURL("/o/acme");
    await takenOver(page);
  });

  await test.step("the account menu names them too", async () => {
    const account = page.getByRole("button", { name: "Your account" });
    await expect(account).toContainText(dana.name);
    await account.click();
    await expect(page.getByText("Also signed in on this browser")).toBeVisible();
    await expect(page.getByText("in ABC Inc")).toBeVisible();
    await accessible(page);
  });

  await test.step("a workspace of the first person is not opened as the second", async () => {
    await page.goto("/o/beta");
    await expect(page.getByLabel("Email address")).toHaveValue(dana.email);
    await continueAs(page, dana);
    await expect(page).toHaveURL("/o/beta");
    await open(page, "/o/abc-inc");
    await expect(page.getByRole("button", { name: "Your account" })).toContainText(joe.name);
  });
});

test("another account at the picker adds its workspaces", async ({ page }) => {
  await signIn(page, dana, "/o/acme");
  await page.goto("/");
  await page.getByRole("link", { name: "Sign in with another account" }).click();
  await continueAs(page, joe);
  await expect(page.getByText("Signed in as joe@example.com")).toBeVisible();
  await expect(page.getByTestId("workspace-acme")).toContainText(dana.email);
  await expect(page.getByTestId("workspace-abc-inc")).toContainText(joe.email);
  await page.getByTestId("workspace-abc-inc").click();
  await expect(page).toHaveURL("/o/abc-inc");
});
