// Drafts survive a reload, a crash, a lost connection and an ended session.

import { alice, dana, joe, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, column, createProject, createTask, editTexts, newProject, open, send, signOut, texts } from "./support/workspace.ts";

test.beforeEach(() => test.skip(!scripted(), "drafts are kept by scripts; without them the server keeps a form"));

const RESTORED = "Draft restored";

test("drafts of a description and a comment survive a closed tab until they are saved", async ({ page, context }) => {
  await signIn(page, joe, "/o/abc-inc");
  const task = await createTask(page, "abc-inc", "Write it down");
  await open(page, task);
  await editTexts(page);
  await page.getByLabel("Description").fill("Half a thought");
  await page.getByLabel("Add a comment").fill("Half a comment");
  await page.close();

  const again = await context.newPage();
  await open(again, task);
  await expect(again.getByLabel("Description")).toHaveValue("Half a thought");
  await expect(again.getByLabel("Add a comment")).toHaveValue("Half a comment");
  await expect(again.getByText(RESTORED)).toHaveCount(2);
  await send(again, "Save changes", "update_task");
  await expect(texts(again)).toContainText("Half a thought");
  await send(again, "Comment", "add_comment");
  await expect(again.getByLabel("Add a comment")).toHaveValue("");

  await open(again, task);
  await expect(texts(again)).toContainText("Half a thought");
  await expect(again.getByLabel("Add a comment")).toHaveValue("");
  await expect(again.getByText(RESTORED)).toHaveCount(0);
});

test("a draft can be discarded", async ({ page }) => {
  const project = newProject();
  await signIn(page, joe, "/o/abc-inc");
  await createProject(page, "abc-inc", project);
  await addTask(page, "backlog", "First");
  await column(page, "todo").getByText("Add task").click();
  await column(page, "todo").getByLabel("Title").fill("Not yet a task");
  await open(page, boardPath("abc-inc", project));
  const todo = column(page, "todo");
  await expect(todo.getByLabel("Title")).toHaveValue("Not yet a task");
  await todo.getByRole("button", { name: "Discard" }).click();
  await expect(todo.getByLabel("Title")).toHaveValue("");
  await open(page, boardPath("abc-inc", project));
  await expect(column(page, "todo").getByLabel("Title")).toBeHidden();
});

test("an outdated draft is merged with newer changes", async ({ page, newBrowser }) => {
  const other = await (await newBrowser()).newPage();
  await signIn(page, alice, "/o/acme");
  const task = await createTask(page, "acme", "Shared");
  await open(page, task);
  await editTexts(page);
  await page.getByLabel("Description").fill("From before the crash");
  await page.goto("/");
  await signIn(other, dana, task);
  await editTexts(other);
  await other.getByLabel("Title").fill("Shared by two");
  await send(other, "Save changes", "update_task");
  await expect(texts(other)).toContainText("Shared by two");

  await open(page, task);
  await expect(page.getByText(RESTORED)).toBeVisible();
  await send(page, "Save changes", "update_task");
  await expect(texts(page)).toContainText("Shared by two");
  await expect(texts(page)).toContainText("From before the crash");
});

test("drafts are hidden from other people and deleted at sign-out", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc/tasks/CRM-2");
  await page.getByLabel("Add a comment").fill("For my eyes only");
  const kept = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("tessera-draft:")));
  expect(await kept()).toHaveLength(1);
  // Assigns the stored draft to another person, as if a second person used this browser.
  await page.evaluate(() => {
    const [key] = Object.keys(localStorage).filter((key) => key.startsWith("tessera-draft:"));
    localStorage.setItem(key!.replace(/:[^:]+:/, ":00000000-0000-0000-0000-000000000000:"), localStorage.getItem(key!)!);
    localStorage.removeItem(key!);
  });
  await open(page, "/o/abc-inc/tasks/CRM-2");
  await expect(page.getByLabel("Add a comment")).toHaveValue("");
  await page.getByLabel("Add a comment").fill("Mine");
  expect(await kept()).toHaveLength(2);
  await signOut(page);
  expect(await kept()).toEqual([]);
});

test("a form that cannot be sent keeps its input and is sent once online", async ({ page, context }) => {
  await signIn(page, joe, "/o/abc-inc");
  const task = await createTask(page, "abc-inc", "On the train");
  await open(page, task);
  await page.getByLabel("Add a comment").fill("From the tunnel");
  await context.setOffline(true);
  await expect(page.getByText("Offline – reconnecting")).toBeVisible();
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(page.getByText("Tessera can’t be reached.")).toBeVisible();
  await expect(page.getByLabel("Add a comment")).toHaveValue("From the tunnel");
  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("article", { name: `Comment by ${joe.name}` })).toContainText("From the tunnel");
  await expect(page.getByText("Offline – reconnecting")).toHaveCount(0);
});

test("each tab has a draft of its own", async ({ page, context }) => {
  await signIn(page, joe, "/o/abc-inc");
  const task = await createTask(page, "abc-inc", "In two tabs");
  await open(page, task);
  const other = await context.newPage();
  await open(other, task);
  await page.getByLabel("Add a comment").fill("Of the first tab");
  await other.getByLabel("Add a comment").fill("Of the second tab");
  await open(page, task);
  await expect(page.getByLabel("Add a comment")).toHaveValue("Of the first tab");
  // A third one shows neither: both are still being written.
  const third = await context.newPage();
  await open(third, task);
  await expect(third.getByLabel("Add a comment")).toHaveValue("");
  await send(other, "Comment", "add_comment");
  await expect(other.getByLabel("Add a comment")).toHaveValue("");
  await open(page, task);
  await expect(page.getByLabel("Add a comment")).toHaveValue("Of the first tab");

  await test.step("a closed tab leaves its draft to the next one", async () => {
    await page.close();
    const next = await context.newPage();
    await open(next, task);
    await expect(next.getByLabel("Add a comment")).toHaveValue("Of the first tab");
  });
});

test("a copy of a tab has a draft of its own", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  const task = await createTask(page, "abc-inc", "Copied");
  await open(page, task);
  await page.getByLabel("Add a comment").fill("Original");
  // A window that a page opens begins with a copy of its session storage, as a duplicated tab does.
  const [copy] = await Promise.all([page.waitForEvent("popup"), page.evaluate((path) => void window.open(path), task)]);
  await expect(copy.locator("html[data-script]:not([data-starting])")).toBeAttached();
  await copy.getByLabel("Add a comment").fill("Copy");
  await open(page, task);
  await expect(page.getByLabel("Add a comment")).toHaveValue("Original");
});

test("every form with free text has a draft", async ({ page }) => {
  const project = newProject();
  await signIn(page, alice, "/o/acme");
  await createProject(page, "acme", project);
  await addTask(page, "backlog", "Whole");
  const base = `/o/acme/projects/${project.key}`;
  for (const [path, label, panel] of [
    [`/o/acme/tasks/${project.key}-1`, "New subtask", undefined],
    [`${base}/settings`, "Description", undefined],
    ["/o/acme/settings/people/invite", "Email addresses", undefined],
    ["/o/acme/settings/people/invite", "Message (optional)", undefined],
    [`${base}/list`, "View name", "Save view"],
    ["/o/acme/projects/new", "Name", undefined],
    [`${base}/settings`, "Label name", undefined],
    ["/o/acme/settings/domains", "Domain", undefined],
  ] as const) {
    await open(page, path);
    if (panel) await page.getByText(panel, { exact: true }).first().click();
    const field = page.getByLabel(label, { exact: true }).last();
    await field.fill("Half a thought");
    await open(page, path);
    await expect(field, `${label} on ${path}`).toHaveValue("Half a thought");
    await expect(field, "its panel is open").toBeVisible();
    await page.getByRole("button", { name: "Discard" }).first().click();
    await expect(field).toHaveValue("");
  }
});
