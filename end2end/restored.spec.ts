// What was typed and chosen is back after an expired session.

import type { Page } from "@playwright/test";
import { alice, continueAs, signIn } from "./support/people.ts";
import { baseURL } from "./support/server.ts";
import { expect, scripted, test } from "./support/test.ts";
import { createTask, open, takenOver } from "./support/workspace.ts";

const BACK = "Your text has been restored.";

/** Ends the session, as after a night. */
const expire = async (page: Page) =>
  page.context().clearCookies({ name: "tessera" });

/** Signs in again if the provider asks. */
async function again(page: Page): Promise<void> {
  await expect(page).toHaveURL(/[?&]draft=|\/u\//);
  if (page.url().includes("/u/")) await continueAs(page, alice);
  await expect(page).toHaveURL(/\/o\/.*draft=/);
  await takenOver(page);
}

test("a task's property is back", async ({ page, expectRefusal }) => {
  await signIn(page, alice, "/o/acme");
  const task = await createTask(page, "acme", "Interrupted");
  await open(page, task);
  await expire(page);
  if (scripted()) expectRefusal(401, /\/fn\/|\/events/);
  await page.getByLabel("Points").fill("8");
  if (scripted()) await page.getByLabel("Points").press("Enter");
  else await page.locator(".property").filter({ has: page.getByLabel("Points") }).getByRole("button", { name: "Save" }).click();
  await again(page);
  await expect(page.getByLabel("Points")).toHaveValue("8");
  await expect(page.getByText(BACK)).toHaveCount(1);
  await page.getByLabel("Points").press("Enter");
  await expect(page.getByText(BACK)).toHaveCount(0);
  await open(page, task);
  await expect(page.getByLabel("Points")).toHaveValue("8");
});

test("a new label is back, with its colour", async ({ page, expectRefusal }) => {
  await signIn(page, alice, "/o/acme");
  const task = await createTask(page, "acme", "Labelled");
  const key = /([A-Z]+)-1$/.exec(task)![1]!;
  await open(page, `/o/acme/projects/${key}/settings`);
  await expire(page);
  if (scripted()) expectRefusal(401, /\/fn\/|\/events/);
  await page.getByLabel("Label name").last().fill("Late");
  await page.locator("#label-new-hue").selectOption("Blue");
  await page.getByRole("button", { name: "Add label" }).click();
  await again(page);
  await expect(page.getByLabel("Label name").last()).toHaveValue("Late");
  await expect(page.locator("#label-new-hue")).toHaveValue("8");
});

test("a change in the list is back", async ({ page, expectRefusal }) => {
  test.skip(!scripted(), "without scripts, the address opens the editor");
  await signIn(page, alice, "/o/acme");
  const task = await createTask(page, "acme", "Listed");
  const key = /([A-Z]+)-1$/.exec(task)![1]!;
  await open(page, `/o/acme/projects/${key}/list`);
  await page.locator(".list-row [data-edit=due]").click();
  const editor = page.getByRole("region", { name: /^Edit / });
  await editor.getByLabel("Due date").fill("2031-05-06");
  await expire(page);
  expectRefusal(401, /\/fn\/|\/events/);
  await editor.getByRole("button", { name: "Save" }).click();
  await again(page);
  await expect(editor.getByText(BACK)).toBeVisible();
  await expect(editor.getByLabel("Due date")).toHaveValue("2031-05-06");
});

test("a change without a form leads to the sign-in by a link", async ({ page, expectRefusal }) => {
  test.skip(!scripted(), "a card is moved by scripts");
  await signIn(page, alice, "/o/acme");
  const task = await createTask(page, "acme", "Moved late");
  const key = /([A-Z]+)-1$/.exec(task)![1]!;
  await open(page, `/o/acme/projects/${key}/board`);
  await expire(page);
  expectRefusal(401, /\/fn\/|\/events/);
  await page.getByTestId(`task-card-${key}-1`).focus();
  for (const name of ["Space", "ArrowRight", "Space"]) await page.keyboard.press(name);
  await page.getByRole("link", { name: "Sign in again" }).click();
  await expect(page).toHaveURL(new RegExp(`^${baseURL.replace(/\d+$/, "\\d+")}/`));
});
