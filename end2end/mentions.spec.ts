// Mentions: @ suggests people who can open the project.

import type { Page } from "@playwright/test";
import { accessible } from "./support/accessible.ts";
import { alice, dana, type Person, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { createTask, editTexts, open, send, texts } from "./support/workspace.ts";

test.beforeEach(() => test.skip(!scripted(), "names are completed by scripts; without them they are typed"));

/** Opens a task that only Alice and `others` can open, since other tests add people to Acme Corp. */
async function taskFor(page: Page, others: Person[]): Promise<void> {
  await signIn(page, alice, "/o/acme");
  const task = await createTask(page, "acme", "Ask somebody");
  await open(page, task.replace(/tasks\/(\w+)-1$/, "projects/$1/settings"));
  for (const { name } of others) {
    const person = page.getByRole("listitem").filter({ hasText: name });
    await person.getByLabel(`${name} in this project`).selectOption("Member");
    const answer = page.waitForResponse((response) => response.url().endsWith("/fn/set_project_member"));
    await person.getByRole("button").click();
    await answer;
  }
  await send(page, "Make project private", "set_project_closed");
  await open(page, task);
}

test("@ in a comment suggests people, which keys select, insert and dismiss", async ({ page }) => {
  await taskFor(page, [dana]);
  const field = page.getByLabel("Add a comment");
  const people = page.getByRole("listbox", { name: "People" });
  const chosen = people.getByRole("option", { selected: true });

  await test.step("suggestions follow the input", async () => {
    await field.pressSequentially("Ask @");
    await expect(people.getByRole("option")).toHaveText([/Alice Archer/, /Dana Dvorak/]);
    await expect(chosen).toContainText("Alice Archer");
    await expect(field).toHaveAttribute("aria-activedescendant", (await chosen.getAttribute("id")) ?? "none");
    await accessible(page);
    await field.pressSequentially("dv");
    await expect(people.getByRole("option")).toHaveText([/Dana Dvorak/]);
    await field.pressSequentially("x");
    await expect(people).toBeHidden();
    await expect(field).not.toHaveAttribute("aria-activedescendant");
    await page.keyboard.press("Backspace");
    await expect(chosen).toContainText("Dana Dvorak");
  });
  await test.step("Escape dismisses the suggestions for this name", async () => {
    await page.keyboard.press("Escape");
    await expect(people).toBeHidden();
    await field.pressSequentially("o");
    await expect(people).toBeHidden();
    await expect(field).toHaveValue("Ask @dvo");
    await expect(field).toBeFocused();
  });
  await test.step("arrow keys select, Enter and Tab insert", async () => {
    await field.fill("");
    await field.pressSequentially("@");
    await page.keyboard.press("ArrowDown");
    await expect(chosen).toContainText("Dana Dvorak");
    await page.keyboard.press("ArrowDown");
    await expect(chosen).toContainText("Alice Archer");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await expect(field).toHaveValue("@Dana Dvorak ");
    await field.pressSequentially("and @ali");
    await page.keyboard.press("Tab");
    await expect(field).toHaveValue("@Dana Dvorak and @Alice Archer ");
    await expect(field).toBeFocused();
    await page.keyboard.press("Enter");
    await field.pressSequentially("look");
    await expect(field).toHaveValue("@Dana Dvorak and @Alice Archer \nlook");
  });
  await test.step("the inserted mention is kept as a draft and sent", async () => {
    await open(page, page.url());
    await expect(field).toHaveValue("@Dana Dvorak and @Alice Archer \nlook");
    await send(page, "Comment", "add_comment");
    await expect(page.getByRole("article", { name: "Comment by Alice Archer" }).locator("strong").first()).toHaveText("@Dana Dvorak");
  });
});

test("a mention is inserted by pointer in a description and in an edited comment", async ({ page }) => {
  await taskFor(page, [dana]);
  const people = page.getByRole("listbox", { name: "People" });
  await editTexts(page);
  const description = page.getByLabel("Description");
  await description.fill("Before after");
  await description.press("Home");
  for (const _ of "Before ") await description.press("ArrowRight");
  await description.pressSequentially("@dan");
  await people.getByRole("option", { name: "Dana Dvorak" }).click();
  await expect(description).toHaveValue("Before @Dana Dvorak after");
  await expect(description).toBeFocused();
  await send(page, "Save changes", "update_task");
  await expect(texts(page)).toContainText("Before @Dana Dvorak after");

  await page.getByLabel("Add a comment").fill("First");
  await send(page, "Comment", "add_comment");
  const comment = page.getByRole("article", { name: "Comment by Alice Archer" });
  await comment.getByText("Edit", { exact: true }).click();
  await comment.getByLabel("Comment", { exact: true }).fill("");
  await comment.getByLabel("Comment", { exact: true }).pressSequentially("@da");
  await page.keyboard.press("Enter");
  await expect(comment.getByLabel("Comment", { exact: true })).toHaveValue("@Dana Dvorak ");
});

test("people without access to the project are not suggested", async ({ page }) => {
  await taskFor(page, []);
  const field = page.getByLabel("Add a comment");
  await field.pressSequentially("@");
  const options = page.getByRole("listbox", { name: "People" }).getByRole("option");
  await expect(options).toHaveText([/Alice Archer/]);
  await field.pressSequentially(dana.name.slice(0, 2));
  await expect(options).toHaveCount(0);
});
