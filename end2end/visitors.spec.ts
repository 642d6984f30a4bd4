// The pages outside of workspaces: they load no WASM, weigh little, and do what they did with it.

import type { Page } from "@playwright/test";
import { alice, continueAs, dana, nina, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { takenOver } from "./support/workspace.ts";

/** The most that one of these pages may weigh in all, in bytes as sent. */
const BUDGET = 60_000;

/** Sums the bytes of the page and of everything it has loaded, without headers. */
const weight = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const sizes = entries.map((entry) => (entry instanceof PerformanceResourceTiming ? entry.encodedBodySize : 0));
    return sizes.reduce((sum, size) => sum + size, 0);
  });

/** Opens `path` in a browser without a cache, and asserts that the page is light. */
async function expectLight(page: Page, path: string): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send("Network.setCacheDisabled", { cacheDisabled: true });
  const packages: string[] = [];
  page.on("request", (request) => packages.push(new URL(request.url()).pathname));
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  expect(packages.filter((asked) => /\.(?:js|wasm)$/.test(asked)), path).toEqual([]);
  if (!scripted()) return;
  const bytes = await weight(page);
  test.info().annotations.push({ type: "bytes", description: `${path} ${bytes}` });
  expect(bytes, path).toBeGreaterThan(1000);
  expect(bytes, path).toBeLessThanOrEqual(BUDGET);
}

test("they load no WASM and weigh at most 60 kB", async ({ page, newBrowser, expectRefusal }) => {
  expectRefusal(404, "/made/up");
  expectRefusal(400, "/callback");
  for (const path of ["/", "/sign-in", "/welcome", "/join", "/new-organization", "/made/up", "/callback"])
    await expectLight(page, path);
  const member = await (await newBrowser()).newPage();
  await signIn(member, dana, "/o/acme");
  for (const path of ["/", "/new-organization", "/sign-in", "/join"])
    await expectLight(await member.context().newPage(), path);
});

test("the address of a new workspace follows its name until it is edited", async ({ page }) => {
  test.skip(!scripted(), "without scripts the server derives it");
  await page.goto("/login?return_to=%2Fnew-organization");
  await continueAs(page, nina);
  const name = page.getByLabel("Company or team");
  const slug = page.getByLabel("Workspace URL");
  for (const [typed, suggested] of [
    ["Acme Corp", "acme-corp"],
    [" Müller & Söhne GmbH ", "m-ller-s-hne-gmbh"],
    ["株式会社", ""],
    ["Support", ""],
    ["word ".repeat(15), "word-word-word-word-word-word-word-word-word-word"],
  ] as const) {
    await name.fill(typed);
    await expect(slug).toHaveValue(suggested);
  }
  await slug.fill("chosen");
  await name.fill("Another");
  await expect(slug).toHaveValue("chosen");
});

test("signing out at the picker deletes the drafts", async ({ page }) => {
  test.skip(!scripted(), "without scripts there are no drafts");
  await signIn(page, dana, "/o/acme");
  await page.goto("/");
  await page.evaluate(() => {
    localStorage.setItem("tessera-draft:someone", "{}");
    localStorage.setItem("theme", "dark");
  });
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("link", { name: "Sign in", exact: true })).toBeVisible();
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(["theme"]);
});

test("a link out of a workspace is a full load, and Back returns", async ({ page }) => {
  await signIn(page, alice, "/o/acme/settings");
  await page.getByTestId("org-switcher").click();
  await page.getByRole("link", { name: "Create workspace" }).click();
  await expect(page.getByRole("heading", { name: "Name your workspace" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await takenOver(page);
  test.skip(!scripted(), "the rest is about the router");

  await test.step("as a link in a text, which the router gets", async () => {
    await page.evaluate(() => {
      const link = Object.assign(document.createElement("a"), { href: "/sign-in", textContent: "Out" });
      document.querySelector("main")!.prepend(link);
    });
    await page.getByRole("link", { name: "Out" }).click();
    await expect(page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
    await expect(page).toHaveURL("/sign-in");
    await page.goBack();
    await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
    await expect(page).toHaveURL("/o/acme/settings");
  });
});
