// Changes by one person appear on the open page of another.

import type { Page } from "@playwright/test";
import { alice, dana, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import {
  addTask,
  boardPath,
  card,
  column,
  createProject,
  editTexts,
  inSidebar,
  newProject,
  open,
  type Project,
  send,
  texts,
} from "./support/workspace.ts";

/** Opens the board of a new project of Acme Corp as Alice and as Dana, each in her own browser. */
async function together(page: Page, other: Page): Promise<Project> {
  const project = newProject();
  await signIn(page, alice, "/o/acme");
  await createProject(page, "acme", project);
  await signIn(other, dana, "/o/acme");
  await open(other, boardPath("acme", project));
  return project;
}

/** Moves a card one column to the right, by keyboard. */
async function moveRight(page: Page, key: string): Promise<void> {
  await card(page, key).focus();
  for (const name of ["Space", "ArrowRight", "Space"]) await page.keyboard.press(name);
}

/** The titles of a column, from top to bottom. */
const titles = (page: Page, state: "backlog" | "todo"): Promise<string[]> =>
  column(page, state).locator(".task .title").allTextContents();

test("a created and moved task appears for the other person", async ({ page, newBrowser }) => {
  test.skip(!scripted(), "pages are live with scripts alone");
  const other = await (await newBrowser()).newPage();
  const project = await together(page, other);
  const key = `${project.key}-1`;

  await addTask(page, "backlog", "Seen by both");
  await expect(card(column(other, "backlog"), key)).toContainText("Seen by both");
  await expect(inSidebar(other, project)).toContainText("1");
  await moveRight(page, key);
  await expect(card(column(other, "todo"), key)).toBeVisible();
  await moveRight(other, key);
  await expect(card(column(page, "in-progress"), key)).toBeVisible();
  await expect(card(page, key)).toHaveCount(1);
});

test("an edit appears for the other person and never replaces their input", async ({ page, newBrowser, expectRefusal }) => {
  test.skip(!scripted(), "pages are live with scripts alone");
  const other = await (await newBrowser()).newPage();
  const project = await together(page, other);
  await addTask(page, "backlog", "First");
  const path = `/o/acme/tasks/${project.key}-1`;
  await open(page, path);
  await open(other, path);

  await editTexts(page);

  await test.step("the task page and an untouched form show it", async () => {
    await page.getByLabel("Title").fill("Second");
    await send(page, "Save changes", "update_task");
    await expect(texts(other)).toContainText("Second");
    await editTexts(other);
    await editTexts(page);
    await page.getByLabel("Title").fill("Third");
    await send(page, "Save changes", "update_task");
    await expect(other.getByLabel("Title")).toHaveValue("Third");
  });
  await test.step("the input stays and both edits are merged", async () => {
    await other.getByLabel("Description").fill("Dana’s words");
    await editTexts(page);
    await page.getByLabel("Title").fill("Fourth");
    await send(page, "Save changes", "update_task");
    await expect(other.getByText("Someone else changed this task")).toBeVisible();
    await expect(other.getByLabel("Description")).toHaveValue("Dana’s words");
    await send(other, "Save changes", "update_task");
    await expect(other.getByText("Saved and merged with others’ changes")).toBeVisible();
    await expect(texts(page)).toContainText("Fourth");
    await expect(texts(page)).toContainText("Dana’s words");
  });
  await test.step("conflicting words are chosen", async () => {
    await editTexts(other);
    await editTexts(page);
    await other.getByLabel("Description").fill("Nobody’s words");
    await page.getByLabel("Description").fill("Alice’s words");
    await send(page, "Save changes", "update_task");
    await expect(other.getByText("Someone else changed this task")).toBeVisible();
    expectRefusal(409, "/fn/update_task");
    await send(other, "Save changes", "update_task");
    const choice = other.getByRole("group", { name: "Description" });
    await expect(choice).toContainText("Alice’s words");
    await choice.getByRole("radio", { name: "Both" }).check();
    await send(other, "Save merged text", "merge_task");
    await expect(texts(page)).toContainText("Nobody’s words");
    await expect(texts(page)).toContainText("Alice’s words");
  });
});

test("added and removed columns appear on an open board without moving the focus", async ({ page, newBrowser }) => {
  test.skip(!scripted(), "pages are live with scripts alone");
  const other = await (await newBrowser()).newPage();
  const project = await together(page, other);
  await addTask(page, "backlog", "Stays");
  const columns = other.getByRole("main").getByRole("heading", { level: 2 });
  await open(other, "/o/acme");
  await open(other, `${boardPath("acme", project)}#new-task`);
  await expect(column(other, "backlog").getByLabel("Title")).toBeFocused();
  await other.getByTestId("org-switcher").focus();
  await open(page, `/o/acme/projects/${project.key}/settings`);
  await page.locator("#state-new-name").fill("In review");
  await page.getByRole("button", { name: "Add state" }).click();
  await expect(columns).toHaveText(["Backlog", "To do", "In progress", "Done", "In review"]);
  await expect(other.getByTestId("org-switcher")).toBeFocused();
  await expect(card(other, `${project.key}-1`)).toBeVisible();

  const added = page.getByRole("listitem").filter({ hasText: "In review" });
  await added.getByText("Change").click();
  await added.getByRole("button", { name: "Remove state" }).click();
  await expect(columns).toHaveText(["Backlog", "To do", "In progress", "Done"]);
  await moveRight(other, `${project.key}-1`);
  await expect(card(column(other, "todo"), `${project.key}-1`)).toBeVisible();
});

test("comments and reactions appear for both people", async ({ page, newBrowser }) => {
  test.skip(!scripted(), "pages are live with scripts alone");
  const other = await (await newBrowser()).newPage();
  const project = await together(page, other);
  await addTask(page, "backlog", "Talked about");
  for (const place of [page, other]) await open(place, `/o/acme/tasks/${project.key}-1`);
  await page.getByLabel("Add a comment").fill("What do you think?");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  const comment = (place: Page) => place.getByRole("article", { name: `Comment by ${alice.name}` });
  await expect(comment(other)).toContainText("What do you think?");
  await comment(other).getByRole("button", { name: "React with 👍" }).click();
  await expect(comment(page).getByRole("button", { name: "👍, 1" })).toBeVisible();
  await expect(comment(page)).toHaveCount(1);
});

test("a page that was offline catches up once and stays live", async ({ page, newBrowser }) => {
  test.skip(!scripted(), "pages are live with scripts alone");
  const tunnel = await newBrowser();
  const other = await tunnel.newPage();
  const project = await together(page, other);
  await addTask(page, "backlog", "one");
  await expect(card(other, `${project.key}-1`)).toBeVisible();
  await tunnel.setOffline(true);
  await expect(other.getByText("Offline – reconnecting")).toBeVisible();
  await addTask(page, "backlog", "two");
  await addTask(page, "backlog", "three");
  await moveRight(page, `${project.key}-2`);
  await expect(card(column(page, "todo"), `${project.key}-2`)).toBeVisible();
  await tunnel.setOffline(false);
  await expect(card(column(other, "todo"), `${project.key}-2`)).toBeVisible();
  await expect(other.getByText("Offline – reconnecting")).toHaveCount(0);
  expect(await titles(other, "backlog")).toEqual(["one", "three"]);
  expect(await titles(other, "todo")).toEqual(["two"]);
  await test.step("it stays live", async () => {
    await addTask(page, "todo", "four");
    await expect(card(column(other, "todo"), `${project.key}-4`)).toBeVisible();
    expect(await titles(other, "todo")).toEqual(["two", "four"]);
  });
});

test("a hidden page catches up once and in order", async ({ page, newBrowser }) => {
  test.skip(!scripted(), "pages are live with scripts alone");
  const other = await (await newBrowser()).newPage();
  const project = await together(page, other);
  await addTask(page, "backlog", "one");
  await expect(card(other, `${project.key}-1`)).toBeVisible();

  const hide = (hidden: boolean) =>
    other.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, hidden);
  await hide(true);
  await addTask(page, "backlog", "two");
  await addTask(page, "backlog", "three");
  await moveRight(page, `${project.key}-2`);
  await expect(card(column(page, "todo"), `${project.key}-2`)).toBeVisible();
  expect(await titles(other, "backlog")).toEqual(["one"]);
  await hide(false);
  await expect(card(column(other, "todo"), `${project.key}-2`)).toBeVisible();
  expect(await titles(other, "backlog")).toEqual(["one", "three"]);
  expect(await titles(other, "todo")).toEqual(["two"]);
});
