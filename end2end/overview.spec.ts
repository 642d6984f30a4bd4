// Creating a project from a template, and its overview.

import { alice, dana, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, column, createProject, newProject, open } from "./support/workspace.ts";

test("a project is created from a template and copied with its open tasks", async ({ page }) => {
  await signIn(page, alice, "/o/acme");
  const [first, second] = [newProject(), newProject()];
  const create = async ({ key, name }: typeof first, start: string): Promise<void> => {
    await open(page, "/o/acme/projects/new");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Key").fill(key);
    await page.getByLabel("Start with").selectOption(start);
    await page.getByRole("button", { name: "Create project" }).click();
    await expect(page).toHaveURL(boardPath("acme", { key, name }));
  };
  await create(first, "software");
  await expect(page.locator("[data-testid^=board-column-]").getByRole("heading")).toHaveText([
    "Backlog",
    "To do",
    "In progress",
    "In review",
    "Done",
    "Cancelled",
  ]);
  await open(page, boardPath("acme", first));
  await addTask(page, "todo", "Comes along");
  await addTask(page, "done", "Stays where it is");

  await create(second, `copy:${first.key}`);
  await expect(column(page, "todo").getByRole("link", { name: "Comes along" })).toBeVisible();
  await expect(column(page, "done").getByRole("listitem")).toHaveCount(0);
});

test("the overview shows description, progress and activity", async ({ page, newBrowser }) => {
  await signIn(page, alice, "/o/acme");
  const project = newProject();
  await createProject(page, "acme", project);
  const overview = `/o/acme/projects/${project.key}`;
  await open(page, overview);
  await expect(page.getByText("No activity yet")).toBeVisible();
  await page.getByRole("link", { name: "Add one" }).click();
  await page.getByRole("textbox", { name: "Description" }).fill("For people who **plan**.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await open(page, overview);
  await expect(page.getByRole("region", { name: "Description" }).locator("strong")).toHaveText("plan");

  const other = await (await newBrowser()).newPage();
  await signIn(other, dana, boardPath("acme", project));
  await addTask(other, "done", "Done by Dana");
  if (!scripted()) await open(page, overview);
  const about = page.getByRole("complementary", { name: "About this project" });
  await expect(about).toContainText("1 of 1 done");
  const activity = page.getByRole("region", { name: "Recent activity" });
  await expect(activity).toContainText("Dana Dvorak created the task");
  await activity.getByRole("link", { name: "Done by Dana" }).click();
  await expect(page).toHaveURL(`/o/acme/tasks/${project.key}-1`);
});
