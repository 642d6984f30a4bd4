// All windows of a browser share one stream of events.

import type { Page } from "@playwright/test";
import { alice, dana, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { addTask, boardPath, card, createProject, newProject, open } from "./support/workspace.ts";

/** More than the connections that a browser opens to a host over HTTP/1.1. */
const WINDOWS = 8;

test("more windows than connections load, and each hears of everything once", async ({ page, context, newBrowser }) => {
  test.skip(!scripted(), "pages are live with scripts alone");
  const project = newProject();
  const key = (number: number): string => `${project.key}-${number}`;
  await signIn(page, alice, "/o/acme");
  await createProject(page, "acme", project);
  const windows: Page[] = [page];
  while (windows.length < WINDOWS) {
    const next = await context.newPage();
    await open(next, boardPath("acme", project));
    windows.push(next);
  }
  const other = await (await newBrowser()).newPage();
  await signIn(other, dana, boardPath("acme", project));
  const all = async (number: number): Promise<void> => {
    for (const one of windows) await expect(card(one, key(number))).toHaveCount(1);
  };
  await addTask(other, "todo", "First");
  await all(1);

  await test.step("windows that close take nothing along, also the first", async () => {
    for (const closed of windows.splice(0, 2)) await closed.close();
    await addTask(other, "todo", "Second");
    await all(2);
  });

  await test.step("a page that was loaded earlier catches up", async () => {
    const [late] = windows;
    if (!late) throw new Error("there are windows left");
    await context.setOffline(true);
    await addTask(other, "todo", "Third");
    await context.setOffline(false);
    await all(3);
    await expect(card(late, key(3))).toContainText("Third");
  });

  await test.step("another person sees one browser, on every page that it has open", async () => {
    await expect(other.getByRole("img", { name: "Also viewing: Alice Archer" })).toBeVisible();
    for (const closed of windows.splice(0)) await closed.close();
    await expect(other.getByRole("img", { name: "Also viewing" })).toHaveCount(0);
  });
});
