// Undo from the toast, by Ctrl+Z, and without scripts from the history.

import { alice, dana, joe, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, card, column, createProject, createTask, newProject, open, send, texts } from "./support/workspace.ts";

test("a move is undone from the toast, and by Ctrl-Z", async ({ page }) => {
  test.skip(!scripted(), "a toast comes with scripts alone");
  const project = newProject();
  await signIn(page, joe, "/o/abc-inc");
  await createProject(page, "abc-inc", project);
  await addTask(page, "backlog", "There and back");
  const key = `${project.key}-1`;
  const moveRight = async () => {
    await card(page, key).focus();
    for (const name of ["Space", "ArrowRight", "Space"]) await page.keyboard.press(name);
    await expect(page.getByText(`${key} moved to To do`)).toBeVisible();
  };

  await moveRight();
  await expect(card(page, key), "the focus stays where it was").toBeFocused();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(card(column(page, "backlog"), key)).toBeVisible();
  await expect(page.getByText("Change undone")).toBeVisible();

  await moveRight();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(card(column(page, "backlog"), key)).toBeVisible();
});

test("a toast leaves the focus where it is, and can be closed", async ({ page }) => {
  test.skip(!scripted(), "a toast comes with scripts alone");
  await signIn(page, joe, "/o/abc-inc");
  const task = await createTask(page, "abc-inc", "Urgent or not");
  await open(page, task);
  await page.getByLabel("Priority").focus();
  await page.getByLabel("Priority").selectOption("Urgent");
  const toast = page.getByText("Priority changed");
  await expect(toast).toBeVisible();
  await expect(page.getByLabel("Priority")).toBeFocused();
  await page.getByRole("button", { name: "Close" }).click();
  await expect(toast).toHaveCount(0);
});

test("an undo after a newer change is refused", async ({ page, newBrowser, expectRefusal }) => {
  test.skip(!scripted(), "a toast comes with scripts alone");
  const other = await (await newBrowser()).newPage();
  await signIn(page, alice, "/o/acme");
  const task = await createTask(page, "acme", "Contested");
  await open(page, task);
  await page.getByLabel("Priority").selectOption("Urgent");
  // The toast stays open while the pointer is over it.
  await page.getByText("Priority changed").hover();
  await signIn(other, dana, task);
  await other.getByLabel("Priority").selectOption("Low");
  await expect(page.getByLabel("Priority")).toHaveValue("low");
  expectRefusal(409, "/fn/undo");
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Someone has changed this since, so it can’t be undone.")).toBeVisible();
  await expect(page.getByLabel("Priority")).toHaveValue("low");
});

test("the history undoes the last change, with scripts or without", async ({ page }) => {
  const project = newProject();
  await signIn(page, joe, "/o/abc-inc");
  await createProject(page, "abc-inc", project);
  await addTask(page, "backlog", "Wandering");
  await open(page, `/o/abc-inc/tasks/${project.key}-1`);
  await page.getByLabel("State").selectOption("Done");
  await send(page, "Move", "move_task");
  const note = page.getByRole("listitem").filter({ hasText: "moved it from Backlog to Done" });
  await note.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "moved it from Done to Backlog" })).toBeVisible();
  await open(page, boardPath("abc-inc", project));
  await expect(card(column(page, "backlog"), `${project.key}-1`)).toBeVisible();
});

test("a deleted task is in the trash and is restored", async ({ page }) => {
  const project = newProject();
  await signIn(page, alice, "/o/acme");
  await createProject(page, "acme", project);
  await addTask(page, "backlog", "Thrown away");
  const key = `${project.key}-1`;
  await open(page, `/o/acme/tasks/${key}`);
  await page.getByRole("button", { name: "More" }).click();
  await send(page, "Delete", "edit_tasks");
  await expect(page.getByText("This task is in the bin.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Edit", exact: true })).toHaveCount(0);
  await open(page, boardPath("acme", project));
  await expect(card(page, key)).toHaveCount(0);

  await open(page, `/o/acme/projects/${project.key}/settings`);
  await page.getByRole("link", { name: "the bin" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Thrown away" });
  await expect(row).toContainText("30 days left");
  await expect(row).toContainText(alice.name);
  await row.getByRole("button", { name: `Restore ${key}` }).click();
  await expect(page.getByRole("heading", { name: "The bin is empty" })).toBeVisible();
  await open(page, boardPath("acme", project));
  await expect(card(column(page, "backlog"), key)).toBeVisible();
});

test("deleting for good asks for confirmation", async ({ page, expectRefusal }) => {
  const project = newProject();
  await signIn(page, alice, "/o/acme");
  await createProject(page, "acme", project);
  await addTask(page, "backlog", "Gone for good");
  const key = `${project.key}-1`;
  await open(page, `/o/acme/tasks/${key}`);
  await page.getByRole("button", { name: "More" }).click();
  await send(page, "Delete", "edit_tasks");
  await open(page, `/o/acme/projects/${project.key}/bin`);
  const row = page.getByRole("listitem").filter({ hasText: "Gone for good" });
  await row.getByText("Delete permanently").click();
  await row.getByRole("button", { name: `Delete ${key} permanently` }).click();
  await expect(page.getByRole("heading", { name: "The bin is empty" })).toBeVisible();
  expectRefusal(404, `/o/acme/tasks/${key}`);
  await page.goto(`/o/acme/tasks/${key}`);
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
});

test("an archived task leaves the board and stays readable", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  const task = await createTask(page, "abc-inc", "Put away");
  await open(page, task);
  await page.getByRole("button", { name: "More" }).click();
  await send(page, "Archive", "edit_tasks");
  await expect(page.getByText("This task is archived")).toBeVisible();
  await expect(texts(page)).toContainText("Put away");
  await page.getByRole("button", { name: /^Restore/ }).click();
  await expect(page.getByText("This task is archived")).toHaveCount(0);
});

test("changes are undone and redone one by one, over a reload too", async ({ page }) => {
  test.skip(!scripted(), "keys need scripts");
  await signIn(page, joe, "/o/abc-inc");
  const task = await createTask(page, "abc-inc", "Back and forth");
  await open(page, task);
  const priority = page.getByLabel("Priority");
  for (const [choice, value] of [
    ["Low", "low"],
    ["High", "high"],
    ["Urgent", "urgent"],
  ] as const) {
    await priority.selectOption(choice);
    await expect(page.getByText("Priority changed")).toBeVisible();
    await expect(priority).toHaveValue(value);
    await page.getByRole("button", { name: "Close" }).click();
  }
  const key = async (name: string, value: string) => {
    await page.keyboard.press(name);
    await expect(priority).toHaveValue(value);
  };
  await priority.blur();
  await key("ControlOrMeta+z", "high");
  await open(page, task);
  await key("ControlOrMeta+z", "low");
  await key("ControlOrMeta+z", "none");
  await open(page, task);
  await key("ControlOrMeta+Shift+z", "low");
  await key("Control+y", "high");
  await key("Control+y", "urgent");
  await key("ControlOrMeta+z", "high");
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(priority).toHaveValue("urgent");
  await key("ControlOrMeta+z", "high");
  // After a new change, nothing is left to redo.
  await priority.selectOption("Medium");
  await expect(page.getByText("Priority changed")).toBeVisible();
  await priority.blur();
  await page.keyboard.press("Control+y");
  await key("ControlOrMeta+z", "high");
});
