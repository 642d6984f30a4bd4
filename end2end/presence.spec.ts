// Presence: the people who have the same page open.

import { alice, dana, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { createTask, open } from "./support/workspace.ts";

test("two people see each other on the same page only", async ({ page, newBrowser }) => {
  test.skip(!scripted(), "pages are live with scripts alone");
  const other = await (await newBrowser()).newPage();
  const [seesDana, seesAlice] = [
    page.getByRole("img", { name: `Also viewing: ${dana.name}` }),
    other.getByRole("img", { name: `Also viewing: ${alice.name}` }),
  ];
  await signIn(page, alice, "/o/acme");
  const task = await createTask(page, "acme", "Looked at by two");
  const board = new URL(page.url()).pathname;
  await open(page, task);
  await signIn(other, dana, task);
  await expect(seesDana).toBeVisible();
  await expect(seesAlice).toBeVisible();

  await test.step("a second tab counts once", async () => {
    const tab = await other.context().newPage();
    await open(tab, task);
    await expect(tab.getByRole("img", { name: `Also viewing: ${alice.name}` })).toBeVisible();
    await expect(seesDana).toHaveCount(1);
    await tab.close();
    await expect(seesDana).toBeVisible();
  });
  await test.step("a person who leaves the page disappears", async () => {
    await other.getByRole("navigation", { name: "Breadcrumbs" }).getByRole("link").last().click();
    await expect(other).toHaveURL(board);
    await expect(seesDana).toHaveCount(0);
    await open(page, board);
    await expect(seesDana).toBeVisible();
    await expect(seesAlice).toBeVisible();
  });
});
