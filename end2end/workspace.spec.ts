// Everyday work in one organization, which members of another organization cannot see.

import { enterPassword, joe, signIn } from "./support/people.ts";
import { requestId } from "./support/server.ts";
import { expect, scripted, test } from "./support/test.ts";
import {
  addTask,
  boardPath,
  card,
  column,
  createProject,
  createTask,
  editTexts,
  inSidebar,
  newProject,
  open,
  organizationOption,
  send,
  takenOver,
  texts,
} from "./support/workspace.ts";

test("joe works in ABC Inc and sees none of it in XYZ Travel", async ({ page, expectRefusal }) => {
  const project = newProject();
  const task = `${project.key}-1`;

  await test.step("the address of a workspace passes through the sign-in", async () => {
    await page.goto("/o/abc-inc");
    await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
    await enterPassword(page, joe);
    await expect(page).toHaveURL("/o/abc-inc");
    await takenOver(page);
  });

  await test.step("the home lists the projects of ABC Inc and no others", async () => {
    const projects = page.getByRole("main").getByRole("link");
    await expect(projects.filter({ hasText: "Customer records" })).toContainText("CRM");
    await expect(projects.filter({ hasText: "Hiring" })).toContainText("HIRE");
    await expect(page.locator("body")).not.toContainText("TRIP");
    await expect(page.locator("body")).not.toContainText("Autumn tours");
  });

  await test.step("joe creates a project and a task", async () => {
    await page.getByRole("main").or(page.getByRole("banner")).getByRole("link", { name: "New project" }).click();
    await page.getByLabel("Name").fill(project.name);
    await page.getByLabel("Key").fill(project.key);
    await page.getByRole("button", { name: "Create project" }).click();
    await expect(page).toHaveURL(boardPath("abc-inc", project));
    await takenOver(page);
    await addTask(page, "backlog", "Draw a map");
    await expect(card(column(page, "backlog"), task)).toContainText("Draw a map");
    await expect(inSidebar(page, project)).toContainText("1 open task");
  });

  await test.step("joe opens it and edits title and description", async () => {
    await card(page, task).click();
    await expect(page).toHaveURL(`/o/abc-inc/tasks/${task}`);
    await takenOver(page);
    await editTexts(page);
    await page.getByLabel("Title").fill("Draw a map of the harbour");
    await page.getByLabel("Description").fill("Two sheets:\n\n1. the quays\n2. the <depths>");
    await send(page, "Save changes", "update_task");
    if (scripted()) await expect(page.getByText("Saved", { exact: true })).toBeVisible();
    await expect(page).toHaveTitle(new RegExp(`^${task} Draw a map of the harbour`));
    await open(page, `/o/abc-inc/tasks/${task}`);
    await expect(texts(page).getByRole("heading")).toHaveText("Draw a map of the harbour");
    await expect(texts(page).getByRole("listitem")).toHaveText(["the quays", "the <depths>"]);
    await editTexts(page);
    await expect(page.getByLabel("Description")).toHaveValue("Two sheets:\n\n1. the quays\n2. the <depths>");
  });

  await test.step("joe moves it with the form on its page", async () => {
    await page.getByLabel("State").selectOption("In progress");
    await send(page, "Move", "move_task");
    if (scripted()) await expect(page.getByText("Moved to In progress")).toBeVisible();
    await open(page, boardPath("abc-inc", project));
    await expect(card(column(page, "in-progress"), task)).toContainText("Draw a map of the harbour");
    await expect(card(column(page, "backlog"), task)).toHaveCount(0);
  });

  await test.step("joe switches to XYZ Travel and sees none of it", async () => {
    await (await organizationOption(page, "xyz-travel")).click();
    await expect(page).toHaveURL("/o/xyz-travel");
    await takenOver(page);
    await expect(page.getByTestId("org-switcher")).toContainText("XYZ Travel");
    await expect(page.getByRole("main").getByRole("link").filter({ hasText: "Autumn tours" })).toContainText("TRIP");
    await expect(page.locator("body")).not.toContainText(project.name);
    await expect(page.locator("body")).not.toContainText("Customer records");
  });

  await test.step("a task of ABC Inc is missing in XYZ Travel", async () => {
    for (const foreign of [task, "CRM-1"]) {
      const path = `/o/xyz-travel/tasks/${foreign}`;
      expectRefusal(404, path);
      await page.goto(path);
      await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
    }
  });
});

test("foreign tasks and projects look missing", async ({ page, context }) => {
  await signIn(page, joe, "/o/abc-inc");
  await open(page, "/o/xyz-travel");
  // Returns the document and its serialized data. Each response has its own nonce, request id and token of its forms, and may
  // contain the same data more than once.
  const bodyOf = async (path: string): Promise<string[]> => {
    const response = await context.request.get(path);
    expect(response.status(), path).toBe(404);
    const nonce = /'nonce-([^']+)'/.exec(response.headers()["content-security-policy"] ?? "")?.[1];
    expect(nonce).toBeTruthy();
    const text = (await response.text()).replaceAll(nonce!, "").replace(requestId, "…").replaceAll(/[0-9a-f-]{36}/g, "…");
    const [document = "", scripts = ""] = text.split("</html>");
    const data = [...scripts.matchAll(/__RESOLVED_RESOURCES\[\d+\] = (".*?");/g)].map(([, value]) => value!);
    expect(data.some((value) => value.includes("not_found"))).toBe(true);
    return [document, ...new Set(data)];
  };
  expect(await bodyOf("/o/xyz-travel/tasks/CRM-1")).toEqual(await bodyOf("/o/xyz-travel/tasks/NONE-1"));
  expect(await bodyOf("/o/xyz-travel/projects/CRM/board")).toEqual(
    await bodyOf("/o/xyz-travel/projects/NONE/board"),
  );
  const foreign = await context.request.get("/fn/get_task?org=xyz-travel&key=CRM-1");
  const none = await context.request.get("/fn/get_task?org=xyz-travel&key=NONE-1");
  expect([foreign.status(), await foreign.text()]).toEqual([404, await none.text()]);
});

test("a viewer is offered no changes", async ({ page, expectRefusal }) => {
  await signIn(page, joe, "/o/xyz-travel/projects/TRIP/board");
  await expect(page.getByRole("link", { name: "Book rooms in Porto" })).toBeVisible();
  await expect(page.getByText("Add task")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "New project" })).toHaveCount(0);

  await page.getByRole("link", { name: "Book rooms in Porto" }).click();
  await expect(page.getByText("Book rooms in Porto")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save changes" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Move" })).toHaveCount(0);

  expectRefusal(403, "/o/xyz-travel/projects/new");
  await page.goto("/o/xyz-travel/projects/new");
  await expect(page.getByRole("heading", { name: "You don’t have permission" })).toBeVisible();
});

test.describe("on the board, with scripts", () => {
  test.skip(() => !scripted(), "without scripts a card is moved by the form on its page");

  test("a card is dragged into another column and between two others", async ({ page }) => {
    const project = newProject();
    await signIn(page, joe, "/o/abc-inc");
    await createProject(page, "abc-inc", project);
    for (const title of ["One", "Two", "Three"]) await addTask(page, "backlog", title);
    const [one, three] = [card(page, `${project.key}-1`), card(page, `${project.key}-3`)];

    const saved = page.waitForResponse("**/fn/move_task");
    await one.dragTo(column(page, "todo").getByRole("list"));
    await expect(column(page, "todo").getByRole("link")).toHaveText([/One/]);
    await expect(column(page, "backlog").getByRole("link")).toHaveText([/Two/, /Three/]);
    expect((await saved).status()).toBe(200);

    const inserted = page.waitForResponse("**/fn/move_task");
    await one.dragTo(three, { targetPosition: { x: 20, y: 4 } });
    await expect(column(page, "backlog").getByRole("link")).toHaveText([/Two/, /One/, /Three/]);
    await inserted;

    await open(page, boardPath("abc-inc", project));
    await expect(column(page, "backlog").getByRole("link")).toHaveText([/Two/, /One/, /Three/]);
    await expect(column(page, "todo").getByRole("link")).toHaveCount(0);
  });

  test("a card is moved by keyboard with announcements", async ({ page }) => {
    const project = newProject();
    await signIn(page, joe, "/o/abc-inc");
    await createProject(page, "abc-inc", project);
    for (const title of ["One", "Two"]) await addTask(page, "backlog", title);
    const key = `${project.key}-1`;
    const moving = card(page, key);

    await moving.focus();
    await page.keyboard.press("Space");
    await expect(page.getByText(`${key} picked up. Backlog, position 1 of 2.`)).toBeAttached();
    await page.keyboard.press("ArrowRight");
    await expect(page.getByText(`${key} moved. To do, position 1 of 1.`)).toBeAttached();
    await expect(card(column(page, "todo"), key)).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByText(`${key} returned. Backlog, position 1 of 2.`)).toBeAttached();
    await expect(card(column(page, "backlog"), key)).toBeFocused();

    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const saved = page.waitForResponse("**/fn/move_task");
    await page.keyboard.press("Space");
    await expect(page.getByText(`${key} dropped. In progress, position 1 of 1.`)).toBeAttached();
    expect((await saved).status()).toBe(200);
    await expect(moving).toBeFocused();

    await open(page, boardPath("abc-inc", project));
    await expect(card(column(page, "in-progress"), key)).toBeVisible();
  });

  test("navigating between board and task loads no document", async ({ page }) => {
    await signIn(page, joe, "/o/abc-inc");
    const task = await createTask(page, "abc-inc", "Stay here");
    const documents: string[] = [];
    page.on("request", (request) => request.isNavigationRequest() && documents.push(request.url()));
    await page.getByRole("link", { name: "Stay here" }).click();
    await expect(page).toHaveURL(task);
    await expect(texts(page)).toContainText("Stay here");
    await page.goBack();
    await expect(column(page, "backlog").getByRole("link", { name: "Stay here" })).toBeVisible();
    expect(documents).toEqual([]);
  });
});
