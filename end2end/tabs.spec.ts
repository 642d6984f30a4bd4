// Two organizations in tabs of one browser.

import { dana, signIn } from "./support/people.ts";
import { expect, test } from "./support/test.ts";
import {
  addTask,
  boardPath,
  card,
  createProject,
  editTexts,
  newProject,
  open,
  send,
  takenOver,
  texts,
} from "./support/workspace.ts";

test("dana writes from a tab on Acme Corp and one on Beta LLC, each to its own organization", async ({ page: acme, context }) => {
  // Both organizations have a project with this key, so only the organization distinguishes the projects.
  const project = newProject();
  const beta = await context.newPage();

  await signIn(acme, dana, "/o/acme");
  await test.step("the second organization is opened without another password", async () => {
    await beta.goto("/o/beta");
    await expect(beta).toHaveURL("/o/beta");
    await takenOver(beta);
  });
  await createProject(acme, "acme", project);
  await createProject(beta, "beta", project);

  await addTask(acme, "backlog", "Acme first");
  await addTask(beta, "backlog", "Beta first");
  await addTask(acme, "backlog", "Acme second");
  await addTask(beta, "backlog", "Beta second");

  for (const [tab, org, own, other] of [[acme, "acme", "Acme", "Beta"], [beta, "beta", "Beta", "Acme"]] as const) {
    await open(tab, boardPath(org, project));
    await expect(card(tab, `${project.key}-1`)).toContainText(`${own} first`);
    await expect(card(tab, `${project.key}-2`)).toContainText(`${own} second`);
    await expect(card(tab, `${project.key}-3`)).toHaveCount(0);
    await expect(tab.getByRole("main")).not.toContainText(`${other} first`);
  }

  await test.step("an edit changes the task of its own tab", async () => {
    await card(acme, `${project.key}-1`).click();
    await expect(acme).toHaveURL(`/o/acme/tasks/${project.key}-1`);
    await editTexts(acme);
    await acme.getByLabel("Title").fill("Acme edited");
    await card(beta, `${project.key}-1`).click();
    await expect(beta).toHaveURL(`/o/beta/tasks/${project.key}-1`);
    await send(acme, "Save changes", "update_task");
    await open(beta, `/o/beta/tasks/${project.key}-1`);
    await expect(texts(beta)).toContainText("Beta first");
    await open(acme, `/o/acme/tasks/${project.key}-1`);
    await expect(texts(acme)).toContainText("Acme edited");
  });
});

test("two sign-ins can run concurrently", async ({ page: acme, context }) => {
  const beta = await context.newPage();
  await acme.goto("/o/acme");
  await beta.goto("/o/beta");
  await expect(acme.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
  await expect(beta.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
  for (const [tab, path] of [[acme, "/o/acme"], [beta, "/o/beta"]] as const) {
    await tab.getByRole("button", { name: `Continue as ${dana.name}` }).click();
    await expect(tab).toHaveURL(path);
    await takenOver(tab);
  }
});
