// Shortcuts on keyboards of all layouts, with input methods and with Caps Lock.

import type { Page } from "@playwright/test";
import { joe, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, card, createProject, newProject, open } from "./support/workspace.ts";

test.beforeEach(() => test.skip(!scripted(), "there are no shortcuts without scripts"));

interface Key {
  key: string;
  code: string;
  ctrlKey?: boolean;
  isComposing?: boolean;
  keyCode?: number;
}

/** Presses a key as the layout of another keyboard reports it. Returns whether the page has used it. */
const press = (page: Page, init: Key): Promise<boolean> =>
  page.evaluate((key) => {
    const event = new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true });
    return !(document.activeElement ?? document.body).dispatchEvent(event);
  }, init);

const palette = (page: Page) => page.getByRole("dialog", { name: "Search and commands" });

// The letters c, k, g and i of layouts without Latin letters.
const FOREIGN = {
  Russian: ["с", "л", "п", "ш"],
  Greek: ["ψ", "κ", "γ", "ι"],
  Hebrew: ["ב", "ל", "ע", "ן"],
  Arabic: ["ؤ", "ن", "ل", "ه"],
  "Caps Lock": ["C", "K", "G", "I"],
} as const;

for (const [layout, [c, k, g, i]] of Object.entries(FOREIGN)) {
  test(`shortcuts work with ${layout}`, async ({ page }) => {
    await signIn(page, joe, "/o/abc-inc");
    await open(page, "/o/abc-inc/projects/CRM/board");
    await press(page, { key: k, code: "KeyK", ctrlKey: true });
    await expect(palette(page)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(palette(page)).toBeHidden();
    expect(await press(page, { key: c, code: "KeyC" })).toBe(true);
    await expect(page.locator(".add-task[open]").first()).toBeVisible();
    await page.locator(".add-task[open] input[name='title']").first().blur();
    await press(page, { key: g, code: "KeyG" });
    await press(page, { key: i, code: "KeyI" });
    await expect(page).toHaveURL("/o/abc-inc/inbox");
  });
}

test("selecting, undoing and searching work with a Cyrillic keyboard", async ({ page }) => {
  const project = newProject();
  await signIn(page, joe, "/o/abc-inc");
  await createProject(page, "abc-inc", project);
  await addTask(page, "backlog", "Выбранная");
  const key = `${project.key}-1`;
  await card(page, key).focus();
  await press(page, { key: "ч", code: "KeyX" });
  await expect(page.getByText("1 selected")).toBeVisible();
  await page.keyboard.press("Escape");
  await card(page, key).focus();
  for (const name of ["Space", "ArrowRight", "Space"]) await page.keyboard.press(name);
  await expect(page.getByText(`${key} moved to To do`)).toBeVisible();
  await press(page, { key: "я", code: "KeyZ", ctrlKey: true });
  await expect(page.getByText("Change undone")).toBeVisible();
  await open(page, boardPath("abc-inc", project));
  await press(page, { key: ".", code: "Slash" });
  await expect(page).toHaveURL("/o/abc-inc/search");
});

test("layouts with Latin letters have their own places", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  await open(page, "/o/abc-inc/projects/CRM/board");
  // Dvorak: the key at the place of K types a T, and K is at the place of V.
  expect(await press(page, { key: "t", code: "KeyK", ctrlKey: true })).toBe(false);
  expect(await press(page, { key: "k", code: "KeyV", ctrlKey: true })).toBe(true);
  await expect(palette(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
  // AZERTY and QWERTZ: the key at the place of C is C, but other letters at the places of shortcuts are not.
  expect(await press(page, { key: "é", code: "KeyC" })).toBe(false);
  await expect(page.locator(".add-task[open]")).toHaveCount(0);
});

test("keys of an input method are left to it", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  await open(page, "/o/abc-inc/projects/CRM/board");
  for (const init of [{ isComposing: true }, { keyCode: 229 }, { key: "Process" }]) {
    expect(await press(page, { key: "c", code: "KeyC", ...init })).toBe(false);
  }
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search or type a command" });
  await field.fill("Inbox");
  // The Enter that ends a composition opens nothing. Safari reports it after the composition, with its code alone.
  expect(await press(page, { key: "Enter", code: "Enter", keyCode: 229 })).toBe(false);
  await expect(palette(page)).toBeVisible();
  expect(await press(page, { key: "Enter", code: "Enter" })).toBe(true);
});

test("the palette opens early with a Cyrillic keyboard too", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/pkg/*.wasm", async (route) => {
    await gate;
    await route.continue();
  });
  await page.goto("/o/abc-inc", { waitUntil: "domcontentloaded" });
  await page.locator("html[data-starting]").waitFor({ state: "attached" });
  const session = await page.context().newCDPSession(page);
  // A trusted event, which the script keeps.
  await session.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "л", code: "KeyK", modifiers: 2, windowsVirtualKeyCode: 75 });
  release();
  await expect(palette(page)).toBeVisible();
});
