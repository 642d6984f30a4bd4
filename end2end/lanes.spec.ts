// A board's swimlanes and its collapsed columns.

import type { Locator, Page } from "@playwright/test";
import { accessible } from "./support/accessible.ts";
import { alice, dana, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, card, column, createProject, newProject, open, type Project, type State } from "./support/workspace.ts";

/** The cards of a column in a lane. */
const lane = (page: Page, state: State, name: string): Locator =>
  column(page, state).getByRole("list", { name, exact: true });

const heads = (page: Page): Locator => page.getByRole("list", { name: "Swimlanes" }).getByRole("listitem");

/** Opens a new project's board as Alice. The backlog has three tasks; the first two are assigned to her. */
async function withTasks(page: Page): Promise<Project> {
  const project = newProject();
  await signIn(page, alice, "/o/acme");
  await createProject(page, "acme", project);
  for (const title of ["One", "Two", "Three"]) await addTask(page, "backlog", title);
  for (const number of [1, 2]) await edit(page, project, number, "assign", alice.name);
  return project;
}

/** Assigns a task or sets its priority with the server function that the pages call. */
async function edit(page: Page, project: Project, number: number, field: string, value: string): Promise<void> {
  const form = { org: "acme", "keys[0]": `${project.key}-${number}`, field, "values[0]": value };
  if (field === "assign") {
    const query = new URLSearchParams({ org: "acme", key: project.key });
    const board = await (await page.request.get(`/fn/get_board?${query}`)).json();
    form["values[0]"] = board.people.find(({ name }: { name: string }) => name === value).id;
  }
  const headers = { accept: "application/json", "sec-fetch-site": "same-origin" };
  expect((await page.request.post("/fn/edit_tasks", { form, headers })).status()).toBe(200);
}

test("the display menu adds swimlanes and the address keeps them", async ({ page }) => {
  const project = await withTasks(page);
  await open(page, boardPath("acme", project));
  await page.getByText("Display", { exact: true }).click();
  await page.getByRole("combobox", { name: "Swimlanes" }).selectOption("Assignee");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(`${boardPath("acme", project)}?lanes=assignee`);
  await expect(heads(page)).toContainText([/Alice Archer\s*2/, /No assignee\s*1/]);
  await expect(lane(page, "backlog", alice.name).getByRole("link")).toHaveText([/One/, /Two/]);
  await expect(lane(page, "backlog", "No assignee").getByRole("link")).toHaveText([/Three/]);
  await expect(lane(page, "done", alice.name).getByRole("link")).toHaveCount(0);

  await test.step("the cards of a lane stand beside its heading in every column", async () => {
    await edit(page, project, 3, "state", "todo");
    await open(page, `${boardPath("acme", project)}?lanes=assignee`);
    const head = (await heads(page).nth(1).boundingBox())!;
    const three = (await card(page, `${project.key}-3`).boundingBox())!;
    const two = (await card(page, `${project.key}-2`).boundingBox())!;
    expect(three.y).toBeGreaterThan(head.y);
    expect(head.y).toBeGreaterThanOrEqual(two.y + two.height);
  });
  await accessible(page);
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "List" }).click();
  await expect(page).toHaveURL(/\/list\?lanes=assignee$/);
});

test("a column is collapsed and expanded and the address keeps it", async ({ page }) => {
  const project = await withTasks(page);
  const fold = page.getByRole("button", { name: /^(Collapse|Expand) Backlog$/ });
  await expect(fold).toHaveAttribute("aria-expanded", "true");
  const documents: string[] = [];
  page.on("request", (request) => documents.push(new URL(request.url()).pathname));
  const typed = column(page, "todo").getByLabel("Title");
  if (scripted()) {
    await column(page, "todo").getByText("Add task").click();
    await typed.fill("Half a thought");
  }
  await column(page, "backlog").locator(".head").hover();
  await fold.click();
  await expect(page).toHaveURL(`${boardPath("acme", project)}?collapsed=backlog`);
  await expect(fold).toHaveAttribute("aria-expanded", "false");
  await expect(column(page, "backlog")).toContainText("3");
  await expect(column(page, "backlog").getByRole("link")).toHaveCount(0);
  expect((await column(page, "backlog").boundingBox())!.width).toBeLessThan(60);
  await accessible(page);
  if (scripted()) {
    await expect(typed).toHaveValue("Half a thought");
    expect(documents.filter((path) => path === "/fn/get_board" || path.endsWith("/board"))).toEqual([]);
  }
  await open(page, `${boardPath("acme", project)}?collapsed=backlog,done`);
  await expect(column(page, "backlog").getByRole("link")).toHaveCount(0);
  await fold.click();
  await expect(page).toHaveURL(`${boardPath("acme", project)}?collapsed=done`);
  await expect(column(page, "backlog").getByRole("link")).toHaveCount(3);
});

test("an unknown state in the address is reported", async ({ page, expectRefusal }) => {
  const project = await withTasks(page);
  expectRefusal(400, boardPath("acme", project));
  await page.goto(`${boardPath("acme", project)}?collapsed=lost`);
  await expect(page.getByRole("alert")).toContainText("collapsed=lost");
  await page.getByRole("link", { name: "Show tasks without them" }).click();
  await expect(card(page, `${project.key}-1`)).toBeVisible();
});

test.describe("with scripts", () => {
  test.beforeEach(() => test.skip(!scripted(), "without scripts a card is moved by the form on its page"));

  test("a card dragged into another lane is assigned to its person", async ({ page }) => {
    const project = await withTasks(page);
    const key = (number: number) => `${project.key}-${number}`;
    await open(page, `${boardPath("acme", project)}?lanes=assignee`);
    const saved = page.waitForResponse("**/fn/move_task");
    await card(page, key(3)).dragTo(card(page, key(2)), { targetPosition: { x: 20, y: 4 } });
    await expect(lane(page, "backlog", alice.name).getByRole("link")).toHaveText([/One/, /Three/, /Two/]);
    expect((await saved).status()).toBe(200);
    await expect(card(page, key(3))).toContainText(alice.name);
    await expect(heads(page)).toContainText([/Alice Archer\s*3/]);

    await test.step("both changes are undone together", async () => {
      await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
      await expect(lane(page, "backlog", "No assignee").getByRole("link")).toHaveText([/Three/]);
      await expect(lane(page, "backlog", alice.name).getByRole("link")).toHaveText([/One/, /Two/]);
    });
    await test.step("a card is dragged into an empty column", async () => {
      const moved = page.waitForResponse("**/fn/move_task");
      await card(page, key(1)).dragTo(lane(page, "done", "No assignee"));
      await expect(lane(page, "done", "No assignee").getByRole("link")).toHaveText([/One/]);
      expect((await moved).status()).toBe(200);
      await open(page, `${boardPath("acme", project)}?lanes=assignee`);
      await expect(lane(page, "done", "No assignee").getByRole("link")).toHaveText([/One/]);
    });
  });

  test("a card is moved between lanes by keyboard with announcements", async ({ page }) => {
    const project = await withTasks(page);
    const key = `${project.key}-2`;
    await open(page, `${boardPath("acme", project)}?lanes=assignee`);
    const announced = (text: string) => expect(page.getByText(`${key} ${text}.`)).toBeAttached();
    await card(page, key).focus();
    await page.keyboard.press("Space");
    await announced("picked up. Backlog, Alice Archer, position 2 of 2");
    await page.keyboard.press("ArrowDown");
    await announced("moved. Backlog, No assignee, position 1 of 2");
    await expect(card(lane(page, "backlog", "No assignee"), key)).toBeFocused();
    await page.keyboard.press("ArrowRight");
    await announced("moved. To do, No assignee, position 1 of 1");
    await page.keyboard.press("Escape");
    await announced("returned. Backlog, Alice Archer, position 2 of 2");
    await expect(card(lane(page, "backlog", alice.name), key)).toBeFocused();
    const saved = page.waitForResponse("**/fn/move_task");
    for (const name of ["Space", "ArrowRight", "ArrowDown", "Space"]) await page.keyboard.press(name);
    await announced("dropped. To do, No assignee, position 1 of 1");
    expect((await saved).status()).toBe(200);
    await expect(card(lane(page, "todo", "No assignee"), key)).toBeFocused();
    await open(page, `${boardPath("acme", project)}?lanes=assignee`);
    await expect(card(lane(page, "todo", "No assignee"), key)).toBeVisible();
  });

  test("a card of two people is in both lanes and the focus stays in its lane", async ({ page }) => {
    const project = await withTasks(page);
    const key = `${project.key}-1`;
    await edit(page, project, 1, "assign", dana.name);
    await open(page, `${boardPath("acme", project)}?lanes=assignee`);
    await expect(card(page, key)).toHaveCount(2);
    const hers = card(lane(page, "backlog", dana.name), key);
    await hers.focus();
    for (const name of ["Space", "ArrowRight", "Escape"]) await page.keyboard.press(name);
    await expect(hers).toBeFocused();
    for (const name of ["Space", "ArrowUp", "Space"]) await page.keyboard.press(name);
    await expect(card(page, key)).toHaveCount(1);
    await expect(card(lane(page, "backlog", alice.name), key)).toBeFocused();
  });

  test("a change by another person moves the card to its lane at once", async ({ page, newBrowser }) => {
    const project = await withTasks(page);
    const other = await (await newBrowser()).newPage();
    await signIn(other, dana, "/o/acme");
    await open(other, `${boardPath("acme", project)}?lanes=priority`);
    await expect(heads(other)).toContainText([/No priority\s*3/]);
    await edit(page, project, 2, "priority", "urgent");
    await expect(heads(other)).toContainText([/Urgent\s*1/, /No priority\s*2/]);
    await expect(lane(other, "backlog", "Urgent").getByRole("link")).toHaveText([/Two/]);
    await edit(page, project, 2, "priority", "none");
    await expect(heads(other)).toHaveCount(1);
    await expect(lane(other, "backlog", "No priority").getByRole("link")).toHaveText([/One/, /Two/, /Three/]);
  });

  test("a refused move into a lane is reverted with a reason", async ({ page, expectRefusal }) => {
    const project = await withTasks(page);
    await open(page, `/o/acme/projects/${project.key}/settings/moves`);
    await page.getByRole("radio", { name: "Only the transitions selected below" }).check();
    await page.getByRole("checkbox", { name: "From Backlog to Done" }).uncheck();
    await page.getByRole("button", { name: "Save transitions" }).click();
    await expect(page.getByText("Allowed transitions saved")).toBeVisible();
    await open(page, `${boardPath("acme", project)}?lanes=assignee`);
    expectRefusal(422, "/fn/move_task");
    await card(page, `${project.key}-3`).dragTo(lane(page, "done", alice.name));
    await expect(page.getByText("doesn’t allow a move from Backlog to Done")).toBeVisible();
    await expect(lane(page, "backlog", "No assignee").getByRole("link")).toHaveText([/Three/]);
    await expect(lane(page, "done", alice.name).getByRole("link")).toHaveCount(0);
  });

  test("cards are moved into a collapsed column by pointer and by keyboard", async ({ page }) => {
    const project = await withTasks(page);
    await open(page, `${boardPath("acme", project)}?collapsed=todo`);
    const saved = page.waitForResponse("**/fn/move_task");
    await card(page, `${project.key}-1`).dragTo(column(page, "todo"), { targetPosition: { x: 20, y: 160 } });
    expect((await saved).status()).toBe(200);
    await expect(column(page, "todo").locator(".count")).toHaveText("1");
    await card(page, `${project.key}-2`).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowRight");
    await expect(card(column(page, "todo"), `${project.key}-2`)).toBeFocused();
    const again = page.waitForResponse("**/fn/move_task");
    await page.keyboard.press("Space");
    expect((await again).status()).toBe(200);
    await expect(page.getByRole("button", { name: /^(Collapse|Expand) To do$/ })).toBeFocused();
    await expect(column(page, "todo").locator(".count")).toHaveText("2");
    await expect(column(page, "todo").getByRole("link")).toHaveCount(0);
  });
});
