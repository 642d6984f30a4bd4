// Bulk edits of a board: all selected cards are changed, or none.

import { accessible } from "./support/accessible.ts";
import { alice, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, card, column, createProject, newProject, open, type Project } from "./support/workspace.ts";

test.beforeEach(() => test.skip(!scripted(), "on a board one chooses with scripts; the list has forms"));

const selected = "Selected tasks";

test.describe("on a board with four cards", () => {
  let project: Project;
  let key: (number: number) => string;

  test.beforeEach(async ({ page }) => {
    project = newProject();
    key = (number) => `${project.key}-${number}`;
    await signIn(page, alice, "/o/acme");
    await createProject(page, "acme", project);
    for (const title of ["one", "two", "three", "four"]) await addTask(page, "backlog", title);
  });

  test("boxes, Shift, x and Escape select cards", async ({ page }) => {
    const bar = page.getByRole("region", { name: selected });
    await expect(bar).toHaveCount(0);
    await page.getByRole("checkbox", { name: `Select ${key(1)}` }).check();
    await expect(bar).toContainText("1 selected");
    await page.getByRole("checkbox", { name: `Select ${key(3)}` }).click({ modifiers: ["Shift"] });
    await expect(bar).toContainText("3 selected");
    await card(page, key(4)).focus();
    await page.keyboard.press("x");
    await expect(bar).toContainText("4 selected");
    await expect(page.getByRole("checkbox", { name: `Select ${key(4)}` })).toBeChecked();
    await page.keyboard.press("Escape");
    await expect(bar).toHaveCount(0);
    await expect(page.getByRole("checkbox", { name: `Select ${key(4)}` })).not.toBeChecked();
    await column(page, "backlog").getByRole("button", { name: "Select all in Backlog" }).click();
    await expect(bar).toContainText("4 selected");
  });

  test("all selected cards are edited and undone together", async ({ page }) => {
    const bar = page.getByRole("region", { name: selected });
    await column(page, "backlog").getByRole("button", { name: "Select all in Backlog" }).click();
    await bar.getByLabel("State").selectOption("In progress");
    for (const number of [1, 2, 3, 4]) await expect(card(column(page, "in-progress"), key(number))).toBeVisible();
    await expect(bar, "they stay chosen").toContainText("4 selected");
    await bar.getByLabel("Priority").selectOption("High");
    await expect(card(page, key(2))).toContainText("High");
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(card(page, key(2))).not.toContainText("High");
    await bar.getByRole("button", { name: "Delete" }).click();
    await expect(column(page, "in-progress").getByRole("checkbox")).toHaveCount(0);
    await expect(bar).toHaveCount(0);
    await page.keyboard.press("ControlOrMeta+z");
    await expect(column(page, "in-progress").getByRole("checkbox")).toHaveCount(4);
  });

  test("a typed value is set and removed for all", async ({ page, expectRefusal }) => {
    const bar = page.getByRole("region", { name: selected });
    await column(page, "backlog").getByRole("button", { name: "Select all in Backlog" }).click();
    const give = async (field: string, value: string): Promise<void> => {
      await bar.getByLabel("Edit field", { exact: true }).selectOption(field);
      await bar.getByLabel(field).fill(value);
      await bar.getByRole("button", { name: "Save", exact: true }).click();
    };
    await give("Points", "8");
    for (const number of [1, 4]) await expect(card(page, key(number)).locator(".points")).toContainText("8");
    await expect(bar.getByLabel("Points"), "its field is gone when it is done").toHaveCount(0);
    await give("Start date", "2031-05-04");
    await expect(page.getByRole("status").filter({ hasText: "4 tasks: start date changed" })).toBeVisible();
    await expect(bar.getByLabel("Start date")).toHaveCount(0);
    await test.step("an invalid value stays in its field", async () => {
      expectRefusal(422, "/fn/edit_tasks");
      await give("Parent task", key(1));
      await expect(bar.getByRole("alert")).toContainText("Nothing was changed.");
      await expect(bar.getByLabel("Parent task")).toHaveValue(key(1));
    });
    await page.getByRole("checkbox", { name: `Select ${key(1)}` }).uncheck();
    await bar.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByRole("status").filter({ hasText: "3 tasks: parent task changed" })).toBeVisible();
    await accessible(page);
    await bar.getByLabel("Edit field", { exact: true }).selectOption("Points");
    await bar.getByRole("button", { name: "Clear", exact: true }).click();
    await expect(card(page, key(4)).locator(".points")).toHaveCount(0);
    await expect(card(page, key(1)).locator(".points")).toContainText("8");
  });

  test("an edit that one card refuses changes none and keeps the selection", async ({ page, expectRefusal }) => {
    await open(page, `/o/acme/projects/${project.key}/settings/moves`);
    await page.getByRole("radio", { name: "Only the transitions selected below" }).check();
    await page.getByRole("checkbox", { name: "From Backlog to Done" }).uncheck();
    await page.getByRole("button", { name: "Save transitions" }).click();
    await expect(page.getByText("Allowed transitions saved")).toBeVisible();
    await open(page, `/o/acme/projects/${project.key}/board`);
    await column(page, "backlog").getByRole("button", { name: "Select all in Backlog" }).click();
    const bar = page.getByRole("region", { name: selected });
    expectRefusal(422, "/fn/edit_tasks");
    await bar.getByLabel("State").selectOption("Done");
    await expect(bar.getByRole("alert")).toContainText("doesn’t allow a move from Backlog to Done");
    await expect(bar).toContainText("4 selected");
    await expect(column(page, "done").getByRole("checkbox")).toHaveCount(0);
  });
});
