// The modules of the WASM: a page loads its own.

import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { joe, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { open, takenOver } from "./support/workspace.ts";

const board = "/o/abc-inc/projects/CRM/board";
const list = "/o/abc-inc/projects/CRM/list";

test.beforeEach(() => test.skip(!scripted(), "there is no WASM without scripts"));

/** Collects the names of the modules that a page loads, without their hashes. */
function modulesOf(page: Page): string[] {
  const loaded: string[] = [];
  page.on("request", (request) => {
    const found = /\/pkg\/(split_\w+)\.\w+\.wasm$/.exec(new URL(request.url()).pathname);
    if (found) loaded.push(found[1]!);
  });
  return loaded;
}

/** Signs Joe in with a browser that may complain. Its pages cannot load the module `name` of the WASM. */
async function withoutModule(browser: Browser, options: BrowserContextOptions, name: string): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await signIn(page, joe, "/o/abc-inc");
  await page.context().route(`**/pkg/split_${name}.*`, (route) => route.fulfill({ status: 404 }));
  return page;
}

/** Counts how often a page is loaded from the server. */
function loadsOf(page: Page): () => number {
  let loads = 0;
  page.on("request", (request) => (loads += request.isNavigationRequest() ? 1 : 0));
  return () => loads;
}

test("a page loads its own module, and the next page's when it is opened", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  const loaded = modulesOf(page);
  await open(page, board);
  expect(loaded).toEqual(["split_board"]);

  const loads = loadsOf(page);
  await page.getByRole("link", { name: "List", exact: true }).click();
  await expect(page).toHaveURL(list);
  await expect(page.locator(".list-lines")).toBeVisible();
  expect(loaded).toEqual(["split_board", "split_list"]);

  await page.goBack();
  await expect(page.locator(".board")).toBeVisible();
  await page.goForward();
  await expect(page.locator(".list-lines")).toBeVisible();
  expect(loaded).toEqual(["split_board", "split_list"]);
  expect(loads()).toBe(0);
});

test("the files of a page are asked for before its script runs", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  const response = await page.goto(board);
  const html = await response!.text();
  const preloads = [...html.matchAll(/<link[^>]*rel="(?:module)?preload"[^>]*>/g)].map(([link]) => link);
  for (const file of ["tessera", "__wasm_split", "split_board"]) {
    expect(preloads.filter((link) => link.includes(`/pkg/${file}.`)), file).not.toHaveLength(0);
  }
  expect(preloads.join(" ")).not.toContain("split_list");
});

test("palette and shortcuts are loaded when they are opened", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  await open(page, board);
  const loaded = modulesOf(page);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Search and commands" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Search and commands" })).toBeVisible();
  expect(loaded).toEqual(["split_palette", "split_help"]);
});

test("a page whose module is missing is loaded from the server, once", async ({ browser, contextOptions }) => {
  const page = await withoutModule(browser, contextOptions, "list");
  await open(page, board);
  const loads = loadsOf(page);
  await page.getByRole("link", { name: "List", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "A part of this page could not be loaded" })).toBeVisible();
  await expect(page).toHaveURL(list);
  // The page of the server works without WASM.
  await expect(page.locator(".list-lines").getByRole("link").first()).toBeVisible();
  expect(loads()).toBe(1);

  await page.context().unrouteAll();
  await page.getByRole("link", { name: "reload the page" }).click();
  await takenOver(page);
  await expect(page.getByRole("alert").filter({ hasText: "could not be loaded" })).toBeHidden();
  expect(loads()).toBe(2);
  await page.context().close();
});

test("a page that is opened without its module is loaded again, once", async ({ browser, contextOptions }) => {
  const page = await withoutModule(browser, contextOptions, "board");
  const loads = loadsOf(page);
  await page.goto(board);
  await expect(page.getByRole("alert").filter({ hasText: "A part of this page could not be loaded" })).toBeVisible();
  expect(loads()).toBe(2);
  // Nothing is kept for a hydration that does not come.
  await expect(page.locator("html[data-starting]")).toHaveCount(0);
  await page.context().close();
});

test("keys are for the palette while its module is loaded", async ({ page }) => {
  await signIn(page, joe, board);
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route(/\/pkg\/split_palette\./u, async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("gix");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("c");
  arrive();
  await expect(page.getByRole("dialog").getByRole("combobox")).toHaveValue("gic");
  await expect(page).toHaveURL(board);
});

test("a page without its palette goes on", async ({ browser, contextOptions }) => {
  const page = await withoutModule(browser, contextOptions, "palette");
  await open(page, board);
  const loads = loadsOf(page);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("alert").filter({ hasText: "Copy any unsaved text" })).toBeVisible();
  await page.getByRole("link", { name: "List", exact: true }).click();
  await expect(page.locator(".list-lines")).toBeVisible();
  expect(loads()).toBe(0);
  await page.context().close();
});
