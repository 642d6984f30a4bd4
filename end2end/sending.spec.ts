// What is typed while a form is being sent, and forms that are sent twice.

import type { Page, Response } from "@playwright/test";
import { carol, joe, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, column, createProject, createTask, editTexts, newProject, open, texts } from "./support/workspace.ts";

/** Delays the requests to a server function until the returned function is called, which waits for the answer. */
async function hold(page: Page, name: string): Promise<() => Promise<Response>> {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(`**/fn/${name}`, async (route) => {
    await gate;
    await route.continue();
  });
  const answer = page.waitForResponse(`**/fn/${name}`);
  return async () => {
    release();
    return answer;
  };
}

test.describe("while a form is being sent", () => {
  test.beforeEach(() => test.skip(!scripted(), "without scripts, the page is replaced"));

  test("the rest of a comment stays, and so does its draft", async ({ page }) => {
    await signIn(page, joe, "/o/abc-inc");
    const task = await createTask(page, "abc-inc", "Discussed");
    await open(page, task);
    const field = page.getByLabel("Add a comment");
    await field.fill("First half");
    const release = await hold(page, "add_comment");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await field.press("End");
    await field.pressSequentially(", second half");
    await release();
    await expect(page.getByRole("article", { name: `Comment by ${joe.name}` })).toContainText("First half");
    await expect(field).toHaveValue(", second half");
    await open(page, task);
    await expect(field).toHaveValue(", second half");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await expect(page.getByRole("article", { name: `Comment by ${joe.name}` })).toHaveCount(2);
    await expect(field).toHaveValue("");
  });

  test("the next title of the quick form stays", async ({ page }) => {
    const project = newProject();
    await signIn(page, joe, "/o/abc-inc");
    await createProject(page, "abc-inc", project);
    await addTask(page, "backlog", "Zero");
    const backlog = column(page, "backlog");
    const field = backlog.getByLabel("Title");
    await field.fill("One");
    const release = await hold(page, "create_task");
    await field.press("Enter");
    await field.fill("Two");
    await release();
    await expect(backlog.getByRole("link", { name: "One" })).toBeVisible();
    await expect(field).toHaveValue("Two");
    await field.press("Enter");
    await expect(backlog.getByRole("link", { name: "Two" })).toBeVisible();
    await expect(field).toHaveValue("");
  });

  test("additions to a description stay in the form and are saved next", async ({ page }) => {
    await signIn(page, joe, "/o/abc-inc");
    const task = await createTask(page, "abc-inc", "Described");
    await open(page, task);
    await editTexts(page);
    const field = page.getByLabel("Description");
    await field.fill("What was sent");
    const release = await hold(page, "update_task");
    await page.getByRole("button", { name: "Save changes" }).click();
    await field.fill("What was sent, and more");
    await release();
    await expect(page.getByText("Saved", { exact: true })).toBeVisible();
    await expect(field).toHaveValue("What was sent, and more");
    await open(page, task);
    await expect(field).toHaveValue("What was sent, and more");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(texts(page)).toContainText("What was sent, and more");
    await expect(page.getByRole("button", { name: "Save changes" })).toHaveCount(0);
  });

  test("so do those of a project, and the next value of a property", async ({ page }) => {
    const project = newProject();
    await signIn(page, carol, "/o/abc-inc");
    await createProject(page, "abc-inc", project);
    await open(page, `/o/abc-inc/projects/${project.key}/settings`);
    const field = page.getByLabel("Description");
    await field.fill("Sent");
    const release = await hold(page, "describe_project");
    await page.getByRole("button", { name: "Save", exact: true }).first().click();
    await field.press("End");
    await field.pressSequentially(", not sent");
    await release();
    await expect(field).toHaveValue("Sent, not sent");
    await open(page, `/o/abc-inc/projects/${project.key}/settings`);
    await expect(field).toHaveValue("Sent, not sent");
    await page.getByRole("button", { name: "Discard" }).click();
    await expect(field).toHaveValue("Sent");

    const points = await createTask(page, "abc-inc", "Counted");
    await open(page, points);
    await page.getByLabel("Points").fill("1");
    const answer = await hold(page, "edit_tasks");
    await page.getByLabel("Points").press("Enter");
    await page.getByLabel("Points").fill("13");
    await answer();
    await expect(page.getByText("Points changed")).toBeVisible();
    await expect(page.getByLabel("Points")).toHaveValue("13");
  });
});

test("a form that is sent twice by an impatient person makes one thing", async ({ page }) => {
  const project = newProject();
  await signIn(page, joe, "/o/abc-inc");
  await open(page, "/o/abc-inc/projects/new");
  await page.getByLabel("Name").fill(project.name);
  await page.getByLabel("Key").fill(project.key);
  // As before scripts run: the browser sends the form itself, gives the first request up and sends it again.
  await page.route("**/fn/create_project", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue().catch(() => {});
  });
  await page.getByRole("button", { name: "Create project" }).dblclick();
  await expect(page).toHaveURL(boardPath("abc-inc", project));
  await expect(page.getByRole("heading", { level: 1, name: project.name })).toBeVisible();
});

test("the same form posted again leads to the first result", async ({ page }) => {
  const project = newProject();
  await signIn(page, carol, "/o/abc-inc");
  await open(page, "/o/abc-inc/projects/new");
  const token = await page.locator("form[action='/fn/create_project'] [name='form_token']").getAttribute("value");
  const origin = new URL(page.url()).origin;
  /** Posts a form twice, as a browser without scripts does, and once more from another page. Returns where they led. */
  const post = async (name: string, fields: Record<string, string>, tokens = [token!, token!]) => {
    const headers = { accept: "text/html", origin, referer: page.url() };
    const sent = tokens.map(async (form_token) => {
      const form = { org: "abc-inc", ...fields, form_token };
      const answer = await page.request.post(`/fn/${name}`, { form, headers, maxRedirects: 0 });
      expect(answer.status(), name).toBe(303);
      return answer.headers().location;
    });
    return Promise.all(sent);
  };
  const board = boardPath("abc-inc", project);
  expect(await post("create_project", { name: project.name, key: project.key, start: "simple" })).toEqual([board, board]);
  await post("create_task", { project: project.key, state: "todo", title: "Once" });
  const key = `${project.key}-1`;
  await post("add_subtask", { key, title: "Part" });
  await post("add_comment", { key, body: "Said once" });
  await post("save_label", { key: project.key, name: "Once", hue: "3" });
  await post("save_state", { key: project.key, state: "", name: "Once more", category: "started", limit: "" });
  await post("save_view", { key: project.key, layout: "list", query: "", name: "My view" });

  await open(page, board);
  await expect(page.getByRole("link", { name: "Once", exact: false })).toHaveCount(1);
  await expect(page.locator(".column")).toHaveCount(5);
  await open(page, `/o/abc-inc/tasks/${key}`);
  await expect(page.getByRole("link", { name: "Part" })).toHaveCount(1);
  const comments = page.getByRole("article", { name: `Comment by ${carol.name}` });
  await expect(comments).toHaveCount(1);
  // From another page, the same text is another comment.
  await post("add_comment", { key, body: "Said once" }, ["another page"]);
  await open(page, `/o/abc-inc/tasks/${key}`);
  await expect(comments).toHaveCount(2);
});
