// Search, the command palette and keyboard shortcuts.

import type { Locator, Page } from "@playwright/test";
import { accessible } from "./support/accessible.ts";
import { alice, dana, joe, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, createProject, newProject, open, type Project, send, takenOver, texts } from "./support/workspace.ts";

const results = (page: Page): Locator => page.getByRole("list", { name: "Results" }).getByRole("listitem");
const palette = (page: Page): Locator => page.getByRole("dialog", { name: "Search and commands" });
const field = (page: Page): Locator => palette(page).getByRole("combobox");
const entries = (page: Page): Locator => palette(page).getByRole("option");
const chosen = (page: Page): Locator => palette(page).getByRole("option", { selected: true });

/** Creates a project with one task and opens its board. */
async function withTask(page: Page, title: string): Promise<Project> {
  const project = newProject();
  await signIn(page, alice, "/o/acme");
  await createProject(page, "acme", project);
  await addTask(page, "backlog", title);
  return project;
}

/** Types into the command palette and waits for the results. */
async function look(page: Page, text: string): Promise<void> {
  const answer = page.waitForResponse((response) => response.url().includes("/fn/search"));
  await field(page).fill(text);
  await answer;
}

test("the search page finds words, keys and comments", async ({ page, expectRefusal }) => {
  const word = newProject().name.split(" ")[1]!.toLowerCase();
  const project = await withTask(page, `Paint the ${word} fence`);
  const key = `${project.key}-1`;
  await open(page, `/o/acme/tasks/${key}`);
  await page.getByLabel("Add a comment").fill(`The **${word}** paint is green.`);
  await send(page, "Comment", "add_comment");

  await test.step("the sidebar opens the search page", async () => {
    if (scripted()) await open(page, "/o/acme/search");
    else await page.getByRole("complementary").getByRole("link", { name: "Search" }).click();
    await expect(page).toHaveURL("/o/acme/search");
    await expect(page.getByText("Find anything in this workspace")).toBeVisible();
    if (scripted()) await expect(page.getByRole("searchbox")).toBeFocused();
  });
  await test.step("the start of a word is found and highlighted", async () => {
    await page.getByRole("searchbox").fill(word.slice(0, 5));
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect(results(page)).toHaveCount(2);
    await expect(results(page).first()).toContainText(`Paint the ${word} fence`);
    await expect(results(page).first().locator("mark")).toHaveText(word.slice(0, 5));
    await expect(results(page).last()).toContainText(`The ${word} paint is green.`);
    await expect(page).toHaveTitle(new RegExp(`^${word.slice(0, 5)} – Search`));
    await accessible(page);
  });
  await test.step("results of one kind", async () => {
    await page.getByRole("navigation", { name: "Result type" }).getByRole("link", { name: "Comments" }).click();
    await expect(results(page)).toHaveCount(1);
    await expect(page.getByRole("searchbox")).toHaveValue(word.slice(0, 5));
    await expect(page.getByRole("link", { name: "Comments" })).toHaveAttribute("aria-current", "page");
  });
  await test.step("a comment result opens at the comment", async () => {
    await results(page).getByRole("link").click();
    await expect(page).toHaveURL(new RegExp(`/o/acme/tasks/${key}#comment-`));
    await takenOver(page);
  });
  await test.step("a key opens its task", async () => {
    await open(page, `/o/acme/search?q=${project.key.toLowerCase()}+1`);
    await results(page).first().getByRole("link").click();
    await expect(page).toHaveURL(`/o/acme/tasks/${key}`);
    await takenOver(page);
  });
  await test.step("an empty result says what to do", async () => {
    await open(page, `/o/acme/search?q=${word}nothing&kind=task`);
    await expect(page.getByText(`Nothing found for “${word}nothing”`)).toBeVisible();
    await page.getByRole("link", { name: "Search everything" }).click();
    await expect(page).toHaveURL(`/o/acme/search?q=${word}nothing`);
  });
  await test.step("an overlong query is refused at its field", async () => {
    expectRefusal(422, "/o/acme/search");
    await open(page, `/o/acme/search?q=${"x".repeat(201)}`);
    await expect(page.getByText("Use at most 200 characters; this has 201.")).toBeVisible();
    await expect(page.getByRole("searchbox")).toHaveAttribute("aria-invalid", "true");
    await accessible(page);
  });
});

test("results are paged", async ({ page }) => {
  const project = newProject();
  const word = project.name.split(" ")[1]!.toLowerCase();
  await signIn(page, alice, "/o/acme");
  await createProject(page, "acme", project);
  for (let number = 1; number <= 21; number += 1) {
    await page.request.post("/fn/create_task", {
      form: { org: "acme", project: project.key, state: "todo", title: `${word} ${number}` },
      headers: { accept: "application/json" },
    });
  }
  await open(page, `/o/acme/search?q=${word}&kind=task`);
  await expect(results(page)).toHaveCount(20);
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(results(page)).toHaveCount(1);
  await page.getByRole("link", { name: "Previous page" }).click();
  await expect(results(page)).toHaveCount(20);
});

test("the command palette works by keyboard alone", async ({ page }) => {
  test.skip(!scripted(), "the commands are there with scripts alone");
  const word = newProject().name.split(" ")[1]!.toLowerCase();
  const project = await withTask(page, `Oil the ${word} hinge`);
  const key = `${project.key}-1`;
  await open(page, "/o/acme");

  await test.step("Ctrl+K opens it, Escape restores the focus", async () => {
    const card = page.getByRole("main").getByRole("link", { name: /Website relaunch/ });
    await card.focus();
    await page.keyboard.press("Control+k");
    await expect(field(page)).toBeFocused();
    await expect(chosen(page)).toHaveText(/Home/);
    await accessible(page);
    await page.keyboard.press("Escape");
    await expect(palette(page)).toBeHidden();
    await expect(card).toBeFocused();
  });
  await test.step("Enter opens the first result", async () => {
    await page.keyboard.press("Control+k");
    await look(page, `oil ${word.slice(0, 4)}`);
    await expect(chosen(page)).toContainText(`Oil the ${word} hinge`);
    await expect(chosen(page).locator("mark").first()).toHaveText("Oil");
    await accessible(page);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`/o/acme/tasks/${key}`);
    await expect(palette(page)).toBeHidden();
  });
  await test.step("Enter before the results opens the first one when it arrives", async () => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("web-4");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL("/o/acme/tasks/WEB-4");
    await expect(texts(page)).toContainText("Draft the pricing page");
  });
  await test.step("recent pages come first", async () => {
    await page.keyboard.press("Control+k");
    await expect(chosen(page)).toContainText(`Oil the ${word} hinge`);
    await expect(entries(page).filter({ hasText: "Edit title and description" })).toBeVisible();
  });
  await test.step("arrow keys wrap around and are announced", async () => {
    const first = await field(page).getAttribute("aria-activedescendant");
    await page.keyboard.press("ArrowUp");
    await expect(chosen(page)).toContainText("Sign out");
    await expect(chosen(page)).toBeInViewport();
    await expect(field(page)).toHaveAttribute("aria-activedescendant", (await chosen(page).getAttribute("id"))!);
    await page.keyboard.press("ArrowDown");
    await expect(field(page)).toHaveAttribute("aria-activedescendant", first!);
  });
  await test.step("a command acts on the page", async () => {
    await look(page, "edit title");
    await expect(chosen(page)).toContainText("Edit title and description");
    await page.keyboard.press("Enter");
    await expect(page.getByLabel("Description")).toBeFocused();
  });
  await test.step("Ctrl+K toggles it in a field too", async () => {
    await page.keyboard.press("Control+k");
    await expect(field(page)).toBeFocused();
    await page.keyboard.press("Control+k");
    await expect(palette(page)).toBeHidden();
    await expect(page.getByLabel("Description")).toBeFocused();
  });
  await test.step("a task is created from anywhere", async () => {
    await page.keyboard.press("Control+k");
    await look(page, `create task ${project.key}`);
    await expect(chosen(page)).toContainText(`Create a task in ${project.name}`);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(boardPath("acme", project));
    await expect(page.getByTestId("board-column-backlog").getByLabel("Title")).toBeFocused();
  });
  await test.step("one entry opens the search page", async () => {
    await page.keyboard.press("Control+k");
    await look(page, word);
    await page.keyboard.press("ArrowUp");
    await expect(chosen(page)).toContainText("Search for");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`/o/acme/search?q=${word}`);
    await expect(results(page).first()).toContainText(`Oil the ${word} hinge`);
  });
});

test("the selected entry stays selected when results arrive", async ({ page }) => {
  test.skip(!scripted(), "the commands are there with scripts alone");
  const word = newProject().name.split(" ")[1]!.toLowerCase();
  await withTask(page, `Grease the ${word} gate`);
  await open(page, "/o/acme");
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/fn/search*", async (route) => {
    await released;
    await route.continue();
  });
  const found = entries(page).filter({ hasText: `Grease the ${word} gate` });

  await page.keyboard.press("Control+k");
  await field(page).fill(`grease ${word}`);
  await expect(chosen(page)).toContainText("Search for");
  await page.keyboard.press("ArrowDown");
  await expect(chosen(page)).toContainText("Search for");
  await expect(found).toBeHidden();
  release();
  await expect(found).toBeVisible();
  await expect(chosen(page)).toContainText("Search for");
  await expect(field(page)).toHaveAttribute("aria-activedescendant", (await chosen(page).getAttribute("id"))!);
  await expect(entries(page).last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL((url) => url.pathname === "/o/acme/search" && url.searchParams.get("q") === `grease ${word}`);
});

test("the command palette works by pointer on a phone", async ({ page }) => {
  test.skip(!scripted(), "the commands are there with scripts alone");
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, joe, "/o/abc-inc");
  await page.getByRole("button", { name: "Navigation" }).click();
  await page.getByRole("complementary").getByRole("link", { name: "Search" }).click();
  await expect(field(page)).toBeFocused();
  await look(page, "vcards");
  const sideways = await page.evaluate(() => document.scrollingElement!.scrollWidth - window.innerWidth);
  expect(sideways).toBeLessThanOrEqual(0);
  await entries(page).filter({ hasText: "Export contacts as vCards" }).click();
  await expect(page).toHaveURL("/o/abc-inc/tasks/CRM-3");
  await expect(palette(page)).toBeHidden();
  await expect(page.getByRole("complementary", { name: "Workspace" })).toBeHidden();
});

test("tasks of other workspaces are not found", async ({ page, newBrowser }) => {
  const word = newProject().name.split(" ")[1]!.toLowerCase();
  await withTask(page, `Hide the ${word}`);
  const other = await (await newBrowser()).newPage();
  await signIn(other, dana, "/o/beta");
  await open(other, `/o/beta/search?q=${word}`);
  await expect(other.getByText("Nothing found")).toBeVisible();
});

test("keyboard shortcuts work except in text fields", async ({ page }) => {
  test.skip(!scripted(), "keys are heard by scripts alone");
  await signIn(page, joe, "/o/abc-inc");
  await open(page, "/o/abc-inc/tasks/CRM-3");

  await test.step("? shows all shortcuts, Escape closes them", async () => {
    await page.keyboard.press("Shift+?");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await expect(sheet).toBeVisible();
    await expect(sheet).toContainText("Pick up / drop card");
    await accessible(page);
    await page.keyboard.press("g");
    await page.keyboard.press("h");
    await expect(page).toHaveURL("/o/abc-inc/tasks/CRM-3");
    await page.keyboard.press("Escape");
    await expect(sheet).toBeHidden();
  });
  await test.step("the account menu shows them too", async () => {
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("link", { name: "Keyboard shortcuts" }).click();
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    await expect(page).toHaveURL("/o/abc-inc/tasks/CRM-3");
    await page.getByRole("button", { name: "Close" }).click();
    await expect(page.getByRole("button", { name: "Your account" })).toBeFocused();
    await page.locator("main").focus();
  });
  await test.step("letters focus the fields of a task", async () => {
    await page.keyboard.press("e");
    await expect(page.getByLabel("Description")).toBeFocused();
    await page.keyboard.type("ghgb?/c");
    await expect(page).toHaveURL("/o/abc-inc/tasks/CRM-3?edit");
    await expect(page.getByLabel("Description")).toHaveValue(/ghgb\?\/c/);
    await page.locator("main").focus();
    await page.keyboard.press("m");
    await expect(page.getByLabel("Add a comment")).toBeFocused();
    await page.locator("main").focus();
    for (const [key, label] of [["s", "State"], ["p", "Priority"], ["d", "Due date"]] as const) {
      await page.keyboard.press(key);
      await expect(page.getByLabel(label, { exact: true })).toBeFocused();
      await page.locator("main").focus();
    }
  });
  await test.step("g and a letter open pages", async () => {
    for (const [key, path] of [
      ["b", "/o/abc-inc/projects/CRM/board"],
      ["s", "/o/abc-inc/projects/CRM/settings"],
      ["h", "/o/abc-inc"],
    ] as const) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await expect(page).toHaveURL(path);
      await expect(page.getByRole("main")).toBeVisible();
    }
  });
  await test.step("/ searches", async () => {
    await page.keyboard.press("/");
    await expect(page).toHaveURL("/o/abc-inc/search");
    await expect(page.getByRole("searchbox")).toBeFocused();
  });
  await test.step("c begins a task", async () => {
    await open(page, "/o/abc-inc/projects/CRM/board");
    await page.keyboard.press("c");
    await expect(page.getByTestId("board-column-backlog").getByLabel("Title")).toBeFocused();
    await page.keyboard.press("Tab");
    await open(page, "/o/abc-inc/tasks/CRM-3");
    await page.keyboard.press("c");
    await expect(page).toHaveURL("/o/abc-inc/projects/CRM/board");
    await expect(page.getByTestId("board-column-backlog").getByLabel("Title")).toBeFocused();
    await open(page, "/o/abc-inc");
    await page.keyboard.press("c");
    await expect(field(page)).toHaveValue("create task ");
    await expect(chosen(page)).toContainText("Create a task in");
    await page.keyboard.type("records");
    await expect(chosen(page)).toContainText("Create a task in Customer records");
  });
});

test("without scripts the shortcuts have a page", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  if (scripted()) await open(page, "/o/abc-inc/shortcuts");
  else {
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("link", { name: "Keyboard shortcuts" }).click();
  }
  await expect(page).toHaveURL("/o/abc-inc/shortcuts");
  await expect(page.getByRole("heading", { name: "Keyboard shortcuts", level: 1 })).toBeVisible();
  await expect(page.getByText("Pick up / drop card")).toBeVisible();
});
