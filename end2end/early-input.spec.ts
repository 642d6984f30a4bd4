// What a person does before the WASM runs is not lost: links and forms work, keys, clicks and text are replayed.

import type { Page } from "@playwright/test";
import { joe, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, card, column, createProject, newProject, open, type Project, takenOver } from "./support/workspace.ts";

test.skip(() => !scripted(), "without scripts there is nothing to wait for");

/** Opens a page whose WASM does not arrive until the returned function is called, which waits for the end of the replay. */
async function openEarly(page: Page, path: string): Promise<() => Promise<void>> {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/pkg/*.wasm", async (route) => {
    await gate;
    await route.continue();
  });
  await page.goto(path, { waitUntil: "domcontentloaded" });
  await expect(page.locator("html[data-starting]")).toBeAttached();
  return async () => {
    release();
    await takenOver(page);
    await page.unroute("**/pkg/*.wasm");
  };
}

/** Creates a project with a task in its first column. */
async function projectWithTask(page: Page): Promise<Project> {
  const project = newProject();
  await signIn(page, joe, "/o/abc-inc");
  await createProject(page, "abc-inc", project);
  await addTask(page, "backlog", "First task");
  return project;
}

const paletteField = (page: Page) => page.getByRole("combobox", { name: "Search or type a command" });

test("the palette opens with what was typed after its keys", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  const start = await openEarly(page, "/o/abc-inc");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("inboy");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("x");
  await start();
  await expect(paletteField(page)).toHaveValue("inbox");
  await page.keyboard.press("Escape");
  await expect(paletteField(page), "it opens once").toHaveCount(0);

  await test.step("Enter opens the first result", async () => {
    const startAgain = await openEarly(page, "/o/abc-inc");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("go to my work");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("k");
    await startAgain();
    await expect(paletteField(page)).toHaveValue("go to my work");
  });
});

test("c opens the form of a board, and the title typed after it creates the task", async ({ page }) => {
  const project = await projectWithTask(page);
  let start = await openEarly(page, boardPath("abc-inc", project));
  await page.keyboard.press("c");
  await page.keyboard.type("Typed early");
  await page.keyboard.press("Enter");
  await start();
  await expect(column(page, "backlog").getByRole("link", { name: "Typed early" })).toHaveCount(1);

  await test.step("on the page of a task, c leads to the board", async () => {
    start = await openEarly(page, `/o/abc-inc/tasks/${project.key}-1`);
    await page.keyboard.press("c");
    await start();
    await expect(page).toHaveURL(new RegExp(`${project.key}/board`));
    await expect(column(page, "backlog").getByLabel("Title")).toBeFocused();
  });
});

test("a card moves by keys pressed early", async ({ page }) => {
  const project = await projectWithTask(page);
  let start = await openEarly(page, boardPath("abc-inc", project));
  await card(page, `${project.key}-1`).focus();
  const moved = page.waitForResponse((response) => response.url().includes("/fn/move_task"));
  for (const key of ["Space", "ArrowRight", "Space"]) await page.keyboard.press(key);
  await start();
  await moved;
  await open(page, boardPath("abc-inc", project));
  await expect(card(column(page, "todo"), `${project.key}-1`)).toBeVisible();

  await test.step("Escape after the arrow leaves it where it was", async () => {
    start = await openEarly(page, boardPath("abc-inc", project));
    await card(page, `${project.key}-1`).focus();
    for (const key of ["Space", "ArrowRight", "Escape"]) await page.keyboard.press(key);
    await start();
    await expect(card(column(page, "todo"), `${project.key}-1`)).toBeFocused();
    await page.keyboard.press("x");
    await expect(page.getByText("1 selected")).toBeVisible();
  });
});

test("clicks on buttons and checkboxes take effect, once", async ({ page }) => {
  const project = await projectWithTask(page);
  let start = await openEarly(page, boardPath("abc-inc", project));
  await column(page, "backlog").hover();
  await page.getByRole("button", { name: "Select all in Backlog" }).click();
  await start();
  await expect(page.getByText("1 selected")).toBeVisible();

  await test.step("the checkbox of a card", async () => {
    start = await openEarly(page, boardPath("abc-inc", project));
    await column(page, "backlog").locator("[data-task]").hover();
    await column(page, "backlog").getByRole("checkbox").check();
    await start();
    await expect(page.getByText("1 selected")).toBeVisible();
    await expect(column(page, "backlog").getByRole("checkbox")).toBeChecked();
  });

  await test.step("a menu opens at once, and the theme chosen in it is applied", async () => {
    start = await openEarly(page, "/o/abc-inc");
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByText("Dark", { exact: true }).click();
    await start();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  });
});

test("text typed early stays, and can be sent", async ({ page }) => {
  const project = await projectWithTask(page);
  let start = await openEarly(page, boardPath("abc-inc", project));
  const todo = column(page, "todo");
  await todo.getByText("Add task").click();
  await todo.getByLabel("Title").fill("Typed while waiting");
  await start();
  await expect(todo.getByLabel("Title")).toHaveValue("Typed while waiting");
  await todo.getByRole("button", { name: "Create task" }).click();
  await expect(todo.getByRole("link", { name: "Typed while waiting" })).toHaveCount(1);

  await test.step("a comment, kept as a draft too", async () => {
    start = await openEarly(page, `/o/abc-inc/tasks/${project.key}-1`);
    const comment = page.locator("#body");
    await comment.fill("Written while waiting");
    await start();
    await expect(comment).toHaveValue("Written while waiting");
    await open(page, `/o/abc-inc/tasks/${project.key}-1`);
    await expect(comment).toHaveValue("Written while waiting");
  });

  await test.step("a property, which is saved", async () => {
    start = await openEarly(page, `/o/abc-inc/tasks/${project.key}-1`);
    const saved = page.waitForResponse((response) => response.url().includes("/fn/"));
    await page.locator("#estimate").fill("5");
    await page.locator("#estimate").press("Tab");
    await start();
    await expect(page.locator("#estimate")).toHaveValue("5");
    await saved;
    await open(page, `/o/abc-inc/tasks/${project.key}-1`);
    await expect(page.locator("#estimate")).toHaveValue("5");
  });
});

test("links and forms work before the WASM does", async ({ page }) => {
  const project = await projectWithTask(page);
  await openEarly(page, boardPath("abc-inc", project));
  await column(page, "todo").getByText("Add task").click();
  await column(page, "todo").getByLabel("Title").fill("Sent as a plain form");
  await column(page, "todo").getByRole("button", { name: "Create task" }).click();
  await expect(column(page, "todo").getByRole("link", { name: "Sent as a plain form" })).toHaveCount(1);
  await page.getByRole("link", { name: "Sent as a plain form" }).click();
  await expect(page).toHaveURL(`/o/abc-inc/tasks/${project.key}-2`);
});

// This browser is not watched: the failure is logged, as it should be.
test("a page whose WASM fails says so, and works as without scripts", async ({ browser, contextOptions }) => {
  const context = await browser.newContext(contextOptions);
  const page = await context.newPage();
  await signIn(page, joe, "/o/abc-inc");
  const notice = page.getByRole("alert").filter({ hasText: "Part of this page hasn’t loaded." });
  await expect(notice).toBeHidden();
  await page.route("**/pkg/*.wasm", (route) => route.abort());
  await page.goto("/o/abc-inc");
  await expect(notice).toBeVisible();
  await expect(page.locator("html[data-starting]")).toHaveCount(0);
  await page.getByRole("complementary").getByRole("link", { name: "Inbox" }).click();
  await expect(page.getByRole("heading", { name: "Inbox", level: 1 })).toBeVisible();
  await page.unroute("**/pkg/*.wasm");
  await notice.getByRole("link", { name: "Reload" }).click();
  await takenOver(page);
  await expect(notice).toBeHidden();
  await context.close();
});
