// The list of a project: filters, groups, order, editing in place, and saved views.

import type { Locator, Page } from "@playwright/test";
import { accessible } from "./support/accessible.ts";
import { alice, dana, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, card, column, createProject, newProject, open, type Project, send } from "./support/workspace.ts";

const listPath = ({ key }: Project): string => `/o/acme/projects/${key}/list`;

const row = (page: Page, title: string): Locator => page.getByRole("listitem").filter({ hasText: title });

/** The titles of the list, from top to bottom. */
const titles = (page: Page): Promise<string[]> => page.locator(".list-lines .title").allTextContents();

const groups = (page: Page): Promise<string[]> => page.locator(".list-lines h2").allTextContents();

/** Creates a project with three tasks as Alice. */
async function withTasks(page: Page): Promise<Project> {
  const project = newProject();
  await signIn(page, alice, "/o/acme");
  await createProject(page, "acme", project);
  await addTask(page, "todo", "Beta");
  await addTask(page, "todo", "Alpha");
  await addTask(page, "done", "Gamma");
  return project;
}

/** Opens a menu of the toolbar and returns its panel. */
async function menu(page: Page, name: string): Promise<Locator> {
  const drop = page.locator("details.drop").filter({ has: page.locator("summary", { hasText: name }) });
  await drop.locator("> summary").click();
  return drop;
}

/** Edits a value of a row in place, or above the list without scripts. */
async function change(page: Page, title: string, field: string, label: string, choose: (control: Locator) => Promise<unknown>): Promise<void> {
  await row(page, title).locator(`[data-edit=${field}]`).click();
  const editor = page.getByRole("region", { name: /^Edit / });
  const control = editor.getByLabel(label);
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === "/fn/edit_tasks");
  await choose(control);
  // With scripts, choosing a value other than a due date submits the form immediately.
  if (!scripted() || field === "due") await editor.locator("form").filter({ has: page.getByLabel(label) }).getByRole("button", { name: "Save" }).click();
  await answer;
  if (scripted()) await expect(editor).toHaveCount(0);
  else await editor.getByRole("link", { name: "Close" }).click();
}

test("the address filters, groups and sorts a list", async ({ page }) => {
  const project = await withTasks(page);
  await page.getByRole("link", { name: "List", exact: true }).click();
  await expect(page).toHaveURL(listPath(project));
  await expect(row(page, "Alpha")).toBeVisible();
  expect(await titles(page)).toEqual(["Beta", "Alpha", "Gamma"]);
  expect(await groups(page)).toEqual(["To do", "Done"]);
  await accessible(page);

  await test.step("sorted, without groups", async () => {
    const display = await menu(page, "Display");
    await display.getByLabel("Group by").selectOption("No grouping");
    await display.getByLabel("Sort by").selectOption("Title");
    await display.getByRole("checkbox", { name: "Labels" }).uncheck();
    await display.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL(/group=none&sort=title/);
    await expect(page.locator(".list-lines h2")).toHaveCount(0);
    expect(await titles(page)).toEqual(["Alpha", "Beta", "Gamma"]);
    await expect(page.locator(".list-lines .cell.labels")).toHaveCount(0);
  });
  await test.step("the form filters, and the board keeps the filter", async () => {
    const filter = await menu(page, "Filter");
    await filter.locator("summary", { hasText: "State" }).click();
    await filter.getByRole("checkbox", { name: "To do" }).check();
    await filter.getByLabel("Title contains").fill("alp");
    await accessible(page);
    await filter.getByRole("button", { name: "Apply" }).click();
    await expect(row(page, "Beta")).toHaveCount(0);
    expect(await titles(page)).toEqual(["Alpha"]);
    await expect(page.getByRole("list", { name: "Filters" })).toContainText("State is To do");
    await accessible(page);
    await page.getByRole("link", { name: "Board", exact: true }).click();
    await expect(card(page, `${project.key}-2`)).toBeVisible();
    await expect(card(page, `${project.key}-1`)).toHaveCount(0);
    await expect(column(page, "todo").locator(".count")).toHaveText("1 of 2");
    await expect(column(page, "done").locator(".count")).toHaveText("0 of 1");
  });
  await test.step("one condition is removed, then all", async () => {
    await page.getByRole("link", { name: "Remove the filter “Title contains" }).click();
    await expect(card(page, `${project.key}-1`)).toBeVisible();
    await expect(card(page, `${project.key}-3`)).toHaveCount(0);
    await page.getByRole("link", { name: "Remove the filter “State is" }).click();
    await expect(card(page, `${project.key}-3`)).toBeVisible();
  });
});

test("an invalid address is reported with a corrected link", async ({ page, expectRefusal }) => {
  const project = await withTasks(page);
  expectRefusal(400, listPath(project));
  await open(page, `${listPath(project)}?state=todo&due=someday`);
  await expect(page.getByRole("alert").filter({ hasText: "due=someday" })).toBeVisible();
  await expect(page.locator(".list-lines")).toHaveCount(0);
  await accessible(page);
  await page.getByRole("link", { name: "Show tasks without them" }).click();
  await expect(page).toHaveURL(`${listPath(project)}?state=todo`);
  await expect(row(page, "Beta")).toBeVisible();
  expect(await titles(page)).toEqual(["Beta", "Alpha"]);
});

test("a row is edited in place", async ({ page, expectRefusal }) => {
  const project = await withTasks(page);
  await open(page, listPath(project));
  await change(page, "Alpha", "priority", "Priority", (select) => select.selectOption("Urgent"));
  await expect(row(page, "Alpha").locator(".cell.priority")).toContainText("Urgent");
  await change(page, "Alpha", "state", "State", (select) => select.selectOption("Done"));
  await expect(page.locator(".group").filter({ hasText: "Done" })).toContainText("2");
  await change(page, "Beta", "due", "Due date", (input) => input.fill("2031-05-06"));
  await expect(row(page, "Beta").locator(".cell.due")).toContainText("6 May 2031");

  await test.step("a refused value is reported at its field", async () => {
    await row(page, "Beta").locator("[data-edit=estimate]").click();
    const editor = page.getByRole("region", { name: /^Edit / });
    await editor.getByLabel("Points").fill("lots");
    expectRefusal(422, "/fn/edit_tasks");
    await editor.locator("form").filter({ has: page.getByLabel("Points") }).getByRole("button", { name: "Save" }).click();
    await expect(editor.getByRole("alert").filter({ hasText: "Enter a whole number" })).toBeVisible();
    await expect(editor.getByLabel("Points")).toHaveValue("lots");
    await accessible(page);
  });
});

test("a list works by keyboard", async ({ page }) => {
  test.skip(!scripted(), "shortcuts need scripts");
  const project = await withTasks(page);
  await open(page, listPath(project));
  const focused = page.locator(".list-row:focus-within");
  await row(page, "Beta").locator(".open").focus();
  await page.keyboard.press("j");
  await expect(focused).toContainText("Alpha");
  await page.keyboard.press("ArrowDown");
  await expect(focused).toContainText("Gamma");
  await page.keyboard.press("x");
  await page.keyboard.press("k");
  await expect(focused).toContainText("Alpha");
  await page.keyboard.press("x");
  await expect(page.getByRole("region", { name: "Selected tasks" })).toContainText("2 selected");
  await accessible(page);
  await test.step("selected rows are edited together", async () => {
    await page.getByRole("region", { name: "Selected tasks" }).getByLabel("Priority").selectOption("High");
    for (const title of ["Alpha", "Gamma"]) await expect(row(page, title).locator(".cell.priority")).toContainText("High");
    await expect(row(page, "Beta").locator(".cell.priority")).not.toContainText("High");
  });
  await test.step("all rows are selected with one key", async () => {
    const bar = page.getByRole("region", { name: "Selected tasks" });
    await bar.getByRole("button", { name: "Select all" }).click();
    await expect(bar).toContainText("3 selected");
    await expect(row(page, "Beta").getByRole("checkbox")).toBeChecked();
  });
  await row(page, "Alpha").locator(".open").focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/o/acme/tasks/${project.key}-2`);
});

test("a view is saved privately, shared and deleted", async ({ page, newBrowser }) => {
  const project = await withTasks(page);
  const other = await (await newBrowser()).newPage();
  await signIn(other, dana, "/o/acme");
  const address = `${listPath(project)}?state=todo&group=none&sort=title`;
  await open(page, address);
  const save = await menu(page, "Save view");
  await save.getByLabel("View name").fill("To be done");
  await send(page, "Save view", "save_view");
  const tab = (page: Page): Locator => page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "To be done" });
  await expect(tab(page)).toHaveAttribute("aria-current", "true");
  const opened = /list\?state=todo&group=none&sort=title&view=[0-9a-f-]{36}$/u;
  await expect(page).toHaveURL(opened);
  await open(other, boardPath("acme", project));
  await expect(tab(other)).toHaveCount(0);

  await test.step("another person opens the shared view", async () => {
    const view = await menu(page, "View");
    await view.getByRole("checkbox", { name: "Share with everyone" }).check();
    await send(page, "Save changes", "change_view");
    await open(other, boardPath("acme", project));
    await tab(other).click();
    await expect(other).toHaveURL(opened);
    await expect(row(other, "Alpha")).toBeVisible();
    expect(await titles(other)).toEqual(["Alpha", "Beta"]);
    await accessible(other);
  });
  await test.step("the deleted view disappears and the page stays", async () => {
    if (!(await page.getByRole("button", { name: "Delete view" }).isVisible())) await menu(page, "View");
    await send(page, "Delete view", "delete_view");
    await expect(tab(page)).toHaveCount(0);
    await expect(row(page, "Alpha")).toBeVisible();
  });
});

test("changes appear in the other person’s list without moving the focus", async ({ page, newBrowser }) => {
  test.skip(!scripted(), "pages are live with scripts alone");
  const project = await withTasks(page);
  const other = await (await newBrowser()).newPage();
  await signIn(other, dana, "/o/acme");
  await open(other, `${listPath(project)}?sort=title`);
  await row(other, "Beta").locator(".open").focus();
  await addTask(page, "todo", "Aardvark");
  await expect(row(other, "Aardvark")).toBeVisible();
  expect(await titles(other)).toEqual(["Aardvark", "Alpha", "Beta", "Gamma"]);
  await expect(other.locator(".list-row:focus-within")).toContainText("Beta");

  await test.step("a row that no longer matches disappears", async () => {
    await open(other, `${listPath(project)}?state=todo`);
    await row(other, "Beta").locator("[data-edit=due]").click();
    const editor = other.getByRole("region", { name: /^Edit / });
    await editor.getByLabel("Due date").fill("2031-05-06");
    await card(page, `${project.key}-2`).focus();
    for (const name of ["Space", "ArrowRight", "Space"]) await page.keyboard.press(name);
    await expect(row(other, "Alpha")).toHaveCount(0);
    await expect(editor.getByLabel("Due date")).toHaveValue("2031-05-06");
    await expect(editor.getByLabel("Due date")).toBeFocused();
    await expect(other.locator(".group")).toContainText("2");
  });
});

test("a title is edited in the list", async ({ page }) => {
  const project = await withTasks(page);
  await open(page, listPath(project));
  const rename = async (from: string, to: string) => {
    const editor = page.getByRole("region", { name: /^Edit / });
    await expect(editor.getByLabel("Title")).toHaveValue(from);
    await editor.getByLabel("Title").fill(to);
    const answer = page.waitForResponse((response) => new URL(response.url()).pathname === "/fn/edit_tasks");
    await editor.locator("form").filter({ has: page.getByLabel("Title") }).getByRole("button", { name: "Save" }).click();
    await answer;
  };
  await row(page, "Beta").hover();
  await row(page, "Beta").getByRole("link", { name: "Edit title" }).click();
  await rename("Beta", "Better");
  await open(page, listPath(project));
  await expect(row(page, "Better")).toBeVisible();
  if (!scripted()) return;
  await row(page, "Alpha").getByRole("link", { name: "Alpha" }).focus();
  await page.keyboard.press("e");
  await rename("Alpha", "Alphabet");
  await expect(row(page, "Alphabet")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(row(page, "Alpha")).toBeVisible();
});
