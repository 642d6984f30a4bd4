// The layout fits the width of a phone and of a wide screen.

import { joe, signIn } from "./support/people.ts";
import { visitAll } from "./support/pages.ts";
import { expect, test } from "./support/test.ts";
import { addTask, createProject, newProject, texts } from "./support/workspace.ts";

for (const width of [360, 800, 1600]) {
  test(`no page scrolls sideways at ${width} pixels`, async ({ page, expectRefusal }) => {
    await page.setViewportSize({ width, height: 900 });
    await visitAll(page, expectRefusal, async ({ name }) => {
      const content = await page.evaluate(() => document.scrollingElement!.scrollWidth);
      expect(content, name).toBeLessThanOrEqual(width);
    });
  });
}

test("long words and the longest title break no page at 360 pixels", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const project = { ...newProject(), name: "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" };
  const title = "W".repeat(200);
  await signIn(page, joe, "/o/abc-inc");
  await createProject(page, "abc-inc", project);
  await addTask(page, "backlog", title);
  // Polling waits until the page and its style sheet are loaded.
  const sideways = () => page.evaluate(() => document.scrollingElement!.scrollWidth - window.innerWidth);
  await expect.poll(sideways, { message: "board" }).toBeLessThanOrEqual(0);
  await page.getByRole("link", { name: title }).click();
  // The test first waits for the address of the task, since the board also has fields with the same name.
  await expect(page).toHaveURL(`/o/abc-inc/tasks/${project.key}-1`);
  await expect(texts(page)).toContainText(title);
  await expect.poll(sideways, { message: "task" }).toBeLessThanOrEqual(0);
});

test("on a phone the sidebar is a drawer", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, joe, "/o/abc-inc");
  const drawer = page.getByRole("complementary", { name: "Workspace" });
  await expect(drawer).toBeHidden();
  await page.getByRole("button", { name: "Navigation" }).click();
  await expect(drawer).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();

  await page.getByRole("button", { name: "Navigation" }).click();
  await page.getByTestId("org-switcher").click();
  await page.getByTestId("org-option-xyz-travel").click();
  await expect(page).toHaveURL("/o/xyz-travel");
  await expect(drawer).toBeHidden();
});
