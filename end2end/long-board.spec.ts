// A board of hundreds of cards renders only the cards near the viewport.

import type { Page } from "@playwright/test";
import { joe, signIn } from "./support/people.ts";
import { seedProject } from "./support/server.ts";
import { expect, scripted, test } from "./support/test.ts";
import { boardPath, card, column, newProject, open, type Project } from "./support/workspace.ts";

const tasks = 600;
const cards = (page: Page) => page.locator(".board .task");

/** Scrolls the board and waits until it is rendered. */
const scrollTo = (page: Page, top: number): Promise<void> =>
  page.evaluate(async (top) => {
    document.querySelector(".board")!.scrollTop = top;
    for (let frame = 0; frame < 3; frame += 1) await new Promise((done) => requestAnimationFrame(done));
  }, top);

/** The key of the card in the middle of the visible part of a column. */
const inTheMiddle = (page: Page, state: string): Promise<string> =>
  page.getByTestId(`board-column-${state}`).evaluate((column) => {
    const { left, width } = column.getBoundingClientRect();
    const card = document.elementFromPoint(left + width / 2, innerHeight / 2)?.closest("li");
    return card?.querySelector(".key")?.textContent ?? "";
  });

async function withBoard(page: Page): Promise<Project> {
  const project = newProject();
  await seedProject(project.key, tasks);
  await signIn(page, joe, "/o/abc-inc");
  await open(page, boardPath("abc-inc", project));
  return project;
}

test("the first cards of each column are shown, with a link to all", async ({ page }) => {
  const project = await withBoard(page);
  await expect(column(page, "backlog").locator(".count")).toHaveText("150");
  if (scripted()) {
    await expect(page.getByText("Only the first tasks are shown.").first()).toBeHidden();
    return;
  }
  await expect(column(page, "backlog").locator(".task")).toHaveCount(100);
  await column(page, "backlog").getByRole("link", { name: "View all in the list" }).click();
  await expect(page).toHaveURL(`/o/abc-inc/projects/${project.key}/list?state=backlog`);
  await expect(page.getByText("1 to 100 of 150")).toBeVisible();
});

test.describe("with scripts", () => {
  test.beforeEach(() => test.skip(!scripted(), "without them nothing is put onto the page later"));

  test("only the cards near the viewport are rendered", async ({ page }) => {
    const project = await withBoard(page);
    await expect.poll(() => cards(page).count()).toBeLessThan(200);
    await expect(card(page, `${project.key}-1`)).toBeInViewport();
    const all = await page.locator(".board").evaluate((board) => board.scrollHeight);
    await scrollTo(page, all / 2);
    for (const state of ["backlog", "todo", "in-progress"]) expect(await inTheMiddle(page, state)).not.toBe("");
    await expect(card(page, `${project.key}-1`)).toHaveCount(0);
    expect(await cards(page).count()).toBeLessThan(200);
    await scrollTo(page, 1e9);
    // The tasks are distributed evenly over four columns.
    await expect(card(page, `${project.key}-${tasks - 3}`)).toBeInViewport();
    const now = await page.locator(".board").evaluate((board) => board.scrollHeight);
    expect(Math.abs(now - all) / all, "the board is as long as it said at first").toBeLessThan(0.05);
    await scrollTo(page, 0);
    await expect(card(page, `${project.key}-1`)).toBeInViewport();
    await column(page, "todo").getByRole("button", { name: "Select all in To do" }).click();
    await expect(page.getByRole("region", { name: "Selected tasks" })).toContainText("150 selected");
    await scrollTo(page, all / 2);
    const chosen = await inTheMiddle(page, "todo");
    await expect(page.getByRole("checkbox", { name: `Select ${chosen}` })).toBeChecked();
  });

  test("a card far down is moved by keyboard and back", async ({ page }) => {
    await withBoard(page);
    await scrollTo(page, 5_000);
    const key = await inTheMiddle(page, "todo");
    const moved = card(page, key);
    await moved.focus();
    for (const name of ["Space", "ArrowRight", "ArrowDown"]) await page.keyboard.press(name);
    await expect(card(column(page, "in-progress"), key)).toBeFocused();
    await test.step("the lifted card stays rendered while scrolling", async () => {
      await scrollTo(page, 0);
      await expect(card(column(page, "in-progress"), key)).toBeFocused();
      await page.keyboard.press("Escape");
      await expect(card(column(page, "todo"), key)).toBeFocused();
      await expect(card(column(page, "todo"), key)).toBeInViewport();
    });
    for (const name of ["Space", "ArrowLeft"]) await page.keyboard.press(name);
    const sent = page.waitForResponse("/fn/move_task");
    await page.keyboard.press("Space");
    expect((await sent).status()).toBe(200);
    await expect(card(column(page, "backlog"), key)).toBeFocused();
  });

  test("a card far down is dragged", async ({ page }) => {
    await withBoard(page);
    await scrollTo(page, 5_000);
    const [key, onto] = [await inTheMiddle(page, "todo"), await inTheMiddle(page, "in-progress")];
    const sent = page.waitForResponse("/fn/move_task");
    await card(page, key).dragTo(card(page, onto), { targetPosition: { x: 40, y: 4 } });
    expect((await sent).status()).toBe(200);
    const below = page.locator("li").filter({ has: card(page, key) }).locator("+ li");
    await expect(card(below, onto)).toBeVisible();
  });

  test("changes far above do not move the visible cards", async ({ page, newBrowser }) => {
    const project = await withBoard(page);
    const other = await (await newBrowser()).newPage();
    await signIn(other, joe, "/o/abc-inc");
    await scrollTo(page, 5_000);
    const key = await inTheMiddle(page, "backlog");
    const top = async (): Promise<number> => Math.round((await card(page, key).boundingBox())!.y);
    const before = await top();
    const answer = await other.request.post("/fn/edit_tasks", {
      form: { org: "abc-inc", "keys[]": `${project.key}-1`, field: "archived", "values[]": "true" },
      headers: { accept: "application/json" },
    });
    expect(answer.status()).toBe(200);
    await expect(column(page, "backlog").locator(".count")).toHaveText("149");
    expect(await top()).toBe(before);
  });
});
