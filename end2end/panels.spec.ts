// An open panel keeps its input, focus and caret while others change the page.

import type { Locator, Page } from "@playwright/test";
import { alice, dana, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, column, createProject, createTask, newProject, open, type Project, send } from "./support/workspace.ts";

test.beforeEach(() => test.skip(!scripted(), "pages are live with scripts alone"));

const settingsPath = ({ key }: Project): string => `/o/acme/projects/${key}/settings`;

/** Calls a server function of Acme Corp as the signed-in person. */
async function call(page: Page, name: string, form: Record<string, string>): Promise<void> {
  const answer = await page.request.post(`/fn/${name}`, { form: { org: "acme", ...form }, headers: { accept: "application/json" } });
  expect(answer.status(), name).toBe(200);
}

/** Opens the same page of a new project as Alice and as Dana. */
async function together(page: Page, other: Page, path: (project: Project) => string): Promise<Project> {
  const project = newProject();
  await signIn(page, alice, "/o/acme");
  await createProject(page, "acme", project);
  await signIn(other, dana, "/o/acme");
  await open(page, path(project));
  return project;
}

/** Types into a field and moves the caret back by three characters. */
async function type(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  for (let back = 0; back < 3; back += 1) await field.press("ArrowLeft");
}

/** Asserts that the field keeps its input, focus and caret. */
async function stays(field: Locator, text: string): Promise<void> {
  await expect(field).toBeFocused();
  await expect(field).toHaveValue(text);
  const caret = await field.evaluate(({ selectionStart, selectionEnd }: HTMLInputElement) => [selectionStart, selectionEnd]);
  expect(caret).toEqual([text.length - 3, text.length - 3]);
}

const RESTORED = "Draft restored";

const openPanels = (page: Page): Locator => page.getByRole("main").locator("details.change[open]");

test("the panel of a label stays with its label while others change", async ({ page, newBrowser }) => {
  const other = await (await newBrowser()).newPage();
  const project = await together(page, other, settingsPath);
  const { key } = project;
  await call(page, "save_label", { key, name: "Middle", hue: "1" });
  const labels = page.getByRole("main").locator(".rows .label");
  await expect(labels).toHaveText(["Middle"]);
  const panel = page.getByRole("listitem").filter({ has: page.locator(".label") }).locator("details.change");
  await panel.locator("summary").click();
  const field = panel.getByLabel("Label name");
  const id = (await field.getAttribute("id"))!.slice("label-".length, -"-name".length);
  const same = page.locator(`#label-${id}-name`);
  await type(same, "Middle of the road");

  await test.step("labels are added before and after", async () => {
    await call(other, "save_label", { key, name: "Above", hue: "2" });
    await call(other, "save_label", { key, name: "Nether", hue: "2" });
    await expect(labels).toHaveText(["Above", "Middle", "Nether"]);
    await stays(same, "Middle of the road");
    await expect(openPanels(page)).toHaveCount(1);
  });
  await test.step("the label itself moves", async () => {
    await call(other, "save_label", { key, label: id, name: "Zenith", hue: "3" });
    await expect(labels).toHaveText(["Above", "Nether", "Zenith"]);
    await stays(same, "Middle of the road");
    await call(other, "save_label", { key, label: id, name: "Abacus", hue: "3" });
    await expect(labels).toHaveText(["Abacus", "Above", "Nether"]);
    await stays(same, "Middle of the road");
    await expect(openPanels(page)).toHaveCount(1);
  });
  await test.step("saving changes this label", async () => {
    await same.press("Enter");
    await expect(labels).toHaveText(["Above", "Middle of the road", "Nether"]);
    await expect(page.getByText(RESTORED)).toHaveCount(0);
  });
});

test("the panel and the arrows of a state stay with their state", async ({ page, newBrowser }) => {
  const other = await (await newBrowser()).newPage();
  const { key } = await together(page, other, settingsPath);
  const names = page.getByRole("main").locator("ol.rows .name");
  const todo = page.getByRole("listitem").filter({ has: page.locator("#state-todo-name") });
  await todo.locator("summary").click();
  const field = page.locator("#state-todo-name");
  await type(field, "To be done");
  const limit = page.locator("#state-todo-limit");

  await call(other, "save_state", { key, name: "In review", category: "started" });
  await expect(names).toHaveText([/^Backlog/, /^To do/, /^In progress/, /^Done/, /^In review/]);
  await stays(field, "To be done");
  await call(other, "move_state", { key, state: "todo", up: "true" });
  await expect(names).toHaveText([/^To do/, /^Backlog/, /^In progress/, /^Done/, /^In review/]);
  await stays(field, "To be done");
  await call(other, "save_state", { key, state: "todo", name: "Ready", category: "unstarted", limit: "4" });
  await expect(names.first()).toHaveText(/^Ready/);
  await stays(field, "To be done");
  await expect(limit).toHaveValue("4");
  await field.press("Enter");
  await expect(names.first()).toHaveText(/^To be done/);

  const down = page.getByRole("button", { name: "Move To be done down" });
  await down.focus();
  await page.keyboard.press("Enter");
  await expect(names).toHaveText([/^Backlog/, /^To be done/, /^In progress/, /^Done/, /^In review/]);
  await expect(down).toBeFocused();
});

test("the form that adds a task survives a new column", async ({ page, newBrowser }) => {
  const other = await (await newBrowser()).newPage();
  const project = await together(page, other, (project) => boardPath("acme", project));
  await addTask(page, "backlog", "There already");
  const todo = column(page, "todo");
  const headings = page.getByRole("main").getByRole("heading", { level: 2 });
  await todo.getByText("Add task").click();
  const title = todo.getByLabel("Title");

  await test.step("with input", async () => {
    await type(title, "Half a title");
    await call(other, "save_state", { key: project.key, name: "In review", category: "started" });
    await expect(headings).toHaveText(["Backlog", "To do", "In progress", "Done", "In review"]);
    await stays(title, "Half a title");
    await expect(page.getByText(RESTORED)).toHaveCount(0);
    await title.press("Enter");
    await expect(todo.getByRole("link", { name: "Half a title" })).toBeVisible();
    await expect(title).toHaveValue("");
  });
  await test.step("while empty", async () => {
    await expect(title).toBeFocused();
    await call(other, "move_state", { key: project.key, state: "todo", up: "true" });
    await expect(headings.first()).toHaveText("To do");
    await expect(title).toBeFocused();
    await expect(page.locator("details.add-task[open]")).toHaveCount(1);
  });
});

for (const layout of ["board", "list"]) {
  test(`an unapplied filter survives a new state on the ${layout}`, async ({ page, newBrowser }) => {
    const other = await (await newBrowser()).newPage();
    const { key } = await together(page, other, ({ key }) => `/o/acme/projects/${key}/${layout}`);
    const drop = (name: string) => page.locator("details.drop").filter({ has: page.locator("summary", { hasText: name }) });
    const filter = drop("Filter");
    await filter.locator("> summary").click();
    await filter.locator("summary", { hasText: "State" }).click();
    await filter.getByRole("checkbox", { name: "To do" }).check();
    const field = filter.getByLabel("Title contains");
    await type(field, "alphabet");

    await call(other, "save_state", { key, name: "In review", category: "started" });
    await expect(filter.getByRole("checkbox", { name: "In review" })).toBeVisible();
    await stays(field, "alphabet");
    await expect(filter.getByRole("checkbox", { name: "To do" })).toBeChecked();
    await filter.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL(/state=todo/);
    await expect(page).toHaveURL(/text=alphabet/);
    await expect(page.locator("details.drop[open]")).toHaveCount(0);

    await drop("Save view").locator("> summary").click();
    const name = page.getByLabel("View name");
    await type(name, "My view");
    await call(other, "save_state", { key, name: "Approved", category: "started" });
    await expect(filter.locator("label", { hasText: "Approved" })).toBeAttached();
    await stays(name, "My view");
    await name.press("Enter");
    await expect(page.getByRole("link", { name: "My view" })).toBeVisible();
    await drop("View").last().locator("> summary").click();
    await name.fill("Our view");
    await name.press("Enter");
    await expect(page.getByRole("link", { name: "Our view" })).toBeVisible();
    await expect(page.locator("details.drop[open]")).toHaveCount(0);
  });
}

test("a reaction does not disturb editing a comment", async ({ page, newBrowser }) => {
  const other = await (await newBrowser()).newPage();
  await signIn(page, alice, "/o/acme");
  const path = await createTask(page, "acme", "Talk about it");
  await open(page, path);
  await page.getByLabel("Add a comment").fill("First words");
  await send(page, "Comment", "add_comment");
  const comment = page.getByRole("article", { name: "Comment by" });
  await comment.locator("details.edit > summary").click();
  const field = comment.getByLabel("Comment", { exact: true });
  await type(field, "Second words");

  await signIn(other, dana, path);
  await other.getByRole("button", { name: "React with 🎉" }).click();
  await expect(comment.getByRole("button", { name: "🎉, 1" })).toBeVisible();
  await stays(field, "Second words");
  await expect(page.getByText(RESTORED)).toHaveCount(0);
  await comment.getByRole("button", { name: "Save comment" }).click();
  await expect(comment.locator(".prose")).toHaveText("Second words");
  await expect(field).toBeHidden();
  await comment.locator("details.edit > summary").click();
  await expect(field).toHaveValue("Second words");
});

test("open menus in inbox and trash stay with their task", async ({ page, newBrowser }) => {
  const other = await (await newBrowser()).newPage();
  const project = await together(page, other, (project) => boardPath("acme", project));
  const key = (number: number): string => `${project.key}-${number}`;
  for (const title of ["One", "Two", "Three"]) await addTask(page, "backlog", title);
  const mention = (number: number) => call(page, "add_comment", { key: key(number), body: `@${dana.name} look` });
  const remove = (number: number) =>
    call(other, "edit_tasks", { "keys[]": key(number), field: "deleted", "values[]": "true" });
  const row = (page: Page, number: number): Locator => page.getByRole("listitem").filter({ has: page.getByRole("link", { name: key(number) }) }).first();

  await test.step("in the inbox", async () => {
    await mention(1);
    await open(other, "/o/acme/inbox");
    const snooze = row(other, 1).locator("details.snooze");
    await snooze.locator("summary").click();
    await mention(2);
    await expect(row(other, 2)).toBeVisible();
    await expect(snooze).toHaveAttribute("open");
    await expect(snooze.locator("summary")).toBeFocused();
    await expect(row(other, 2).locator("details.snooze")).not.toHaveAttribute("open");
    await snooze.getByRole("button", { name: "Tomorrow" }).click();
    await expect(row(other, 1)).toHaveCount(0);
    await expect(row(other, 2)).toBeVisible();
  });
  await test.step("in the trash", async () => {
    await remove(1);
    await open(page, `/o/acme/projects/${project.key}/bin`);
    await row(page, 1).locator("details.change > summary").click();
    await remove(2);
    await expect(row(page, 2)).toBeVisible();
    await expect(page.getByRole("link", { name: "Bin (2)" })).toBeVisible();
    await expect(row(page, 1).locator("details.change")).toHaveAttribute("open");
    await expect(row(page, 1).locator("details.change > summary")).toBeFocused();
    await expect(openPanels(page)).toHaveCount(1);
    await page.getByRole("button", { name: `Delete ${key(1)} permanently` }).click();
    await expect(row(page, 1)).toHaveCount(0);
    await expect(row(page, 2)).toBeVisible();
  });
});

test("the error of a property has the width of the panel", async ({ page, expectRefusal }) => {
  await signIn(page, alice, "/o/acme/tasks/WEB-1");
  expectRefusal(503, "/fn/edit_tasks");
  await page.route("**/fn/edit_tasks", (route) => route.fulfill({ status: 503, body: "away" }));
  const panel = page.locator(".task-properties");
  await panel.getByLabel("Points").fill("5");
  await panel.getByLabel("Points").press("Enter");
  const error = panel.getByRole("alert").filter({ has: page.locator(".notice") });
  await expect(error).toBeVisible();
  const [inner, outer] = [(await error.boundingBox())!, (await panel.boundingBox())!];
  expect(inner.width).toBeGreaterThan(0.8 * outer.width);
});
