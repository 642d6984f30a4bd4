// Relations, subtasks, watching, the inbox and My work.

import type { Locator, Page } from "@playwright/test";
import { accessible } from "./support/accessible.ts";
import { alice, dana, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { createTask, open, send } from "./support/workspace.ts";

/** The entry of a task in the open inbox. */
const entry = (page: Page, key: string): Locator =>
  page.getByRole("main").getByRole("listitem").filter({ has: page.getByRole("link", { name: key }) }).first();

/** The inbox link in the sidebar, with its unread count. */
const inboxLink = (page: Page): Locator =>
  page.getByRole("complementary", { name: "Workspace" }).getByRole("link", { name: /^Inbox/ });

test("a mention appears in the inbox and is read, snoozed and archived", async ({ page, newBrowser }) => {
  const other = await (await newBrowser()).newPage();
  await signIn(page, alice, "/o/acme");
  const path = await createTask(page, "acme", "Look at the figures");
  const key = path.split("/").pop()!;
  await signIn(other, dana, "/o/acme/inbox");

  await test.step("the unread count appears", async () => {
    await expect(inboxLink(other)).toBeVisible();
    const [count = "0"] = await inboxLink(other).locator(".visually-hidden").allTextContents();
    const before = parseInt(count);
    await open(page, path);
    await page.getByLabel("Add a comment").fill(`@${dana.name} could you look?`);
    await send(page, "Comment", "add_comment");
    if (!scripted()) await open(other, "/o/acme/inbox");
    await expect(inboxLink(other)).toContainText(`${before + 1} unread`);
    await expect(entry(other, key)).toContainText("mentioned you");
    await expect(entry(other, key)).toContainText("could you look?");
    await expect(entry(other, key)).toContainText("Unread");
    if (scripted()) await accessible(other);
  });
  await test.step("it is snoozed and brought back", async () => {
    await entry(other, key).locator("summary").click();
    await entry(other, key).getByRole("button", { name: "Tomorrow" }).click();
    await expect(other.getByRole("link", { name: key })).toHaveCount(0);
    await open(other, "/o/acme/inbox?show=snoozed");
    await entry(other, key).getByRole("button", { name: "Unsnooze" }).click();
    await expect(other.getByRole("link", { name: key })).toHaveCount(0);
    await open(other, "/o/acme/inbox");
  });
  await test.step("it is marked as read and as unread", async () => {
    await entry(other, key).getByRole("button", { name: "Mark as read" }).click();
    await expect(other.getByRole("link", { name: key })).toHaveCount(0);
    await open(other, "/o/acme/inbox?show=all");
    await entry(other, key).getByRole("button", { name: "Mark as unread" }).click();
    await expect(entry(other, key).getByRole("button", { name: "Mark as read" })).toBeVisible();
  });
  await test.step("opening the task marks it as read", async () => {
    if (!scripted()) return;
    await other.getByRole("link", { name: key }).click();
    await expect(other).toHaveURL(path);
    await open(other, "/o/acme/inbox?show=all");
    await expect(entry(other, key).getByRole("button", { name: "Mark as unread" })).toBeVisible();
  });
  await test.step("it is archived", async () => {
    await entry(other, key).getByRole("button", { name: "Archive" }).click();
    await expect(other.getByRole("link", { name: key })).toHaveCount(0);
    await open(other, "/o/acme/inbox?show=archived");
    await expect(entry(other, key)).toContainText("Unarchive");
  });
});

test("subtasks and relations are added and show on both tasks", async ({
  page,
  expectRefusal,
}) => {
  await signIn(page, alice, "/o/acme");
  const path = await createTask(page, "acme", "The whole");
  const key = path.split("/").pop()!;
  await open(page, path);
  const parts = page.getByRole("region", { name: "Subtasks" });
  const relations = page.getByRole("region", { name: "Relations" });

  await test.step("a subtask is added and counted", async () => {
    await parts.getByLabel("New subtask").fill("The first part");
    await send(page, "Add subtask", "add_subtask");
    await expect(parts.getByRole("link", { name: "The first part" })).toBeVisible();
    await expect(parts).toContainText("0 of 1 done");
  });
  await test.step("an invalid relation is refused at its field and keeps its input", async () => {
    expectRefusal(422, "/fn/add_relation");
    await relations.getByLabel("Other task").fill("NONE-1");
    await send(page, "Add relation", "add_relation");
    await expect(relations.getByLabel("Other task")).toHaveAccessibleDescription("Task NONE-1 doesn’t exist or is in the bin.");
    await expect(relations.getByLabel("Other task")).toHaveValue("NONE-1");
  });
  await test.step("a relation is added", async () => {
    await relations.getByLabel("Relation type").selectOption("Blocked by");
    await relations.getByLabel("Other task").fill("WEB-4");
    await send(page, "Add relation", "add_relation");
    await expect(relations.getByRole("link", { name: "WEB-4" })).toBeVisible();
    if (scripted()) await accessible(page);
  });
  await test.step("it is removed from the other task", async () => {
    await relations.getByRole("link", { name: "WEB-4" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "WEB-4" })).toBeVisible();
    await expect(relations.getByRole("link", { name: key })).toBeVisible();
    await relations.getByRole("button", { name: `Remove: Blocks ${key}` }).click();
    await expect(relations.getByRole("link", { name: key })).toHaveCount(0);
  });
  await test.step("a subtask links to its parent", async () => {
    await open(page, path);
    await parts.getByRole("link", { name: "The first part" }).click();
    await expect(page.getByText("Subtask of", { exact: true }).first()).toBeVisible();
    await expect(page.getByRole("main").getByRole("link", { name: "The whole" })).toBeVisible();
  });
});

test("a watched task is listed in My work", async ({ page }) => {
  await signIn(page, dana, "/o/acme/tasks/OPS-3");
  await page.getByRole("button", { name: "Watch", exact: true }).click();
  await expect(page.getByRole("button", { name: "Unwatch" })).toBeVisible();
  await open(page, "/o/acme/my-work?show=watching");
  await expect(page.getByRole("main").getByRole("link", { name: "OPS-3" })).toBeVisible();
  await open(page, "/o/acme/tasks/OPS-3");
  await page.getByRole("button", { name: "Unwatch" }).click();
  await expect(page.getByRole("button", { name: "Watch", exact: true })).toBeVisible();
});
