// Invalid input produces a clear message or status, and the form keeps the input.

import { continueAs, joe, signIn } from "./support/people.ts";
import { baseURL } from "./support/server.ts";
import { expect, scripted, test } from "./support/test.ts";
import {
  addTask,
  boardPath,
  column,
  createProject,
  createTask,
  editTexts,
  newProject,
  open,
  send,
  signOut,
  takenOver,
  texts,
} from "./support/workspace.ts";

test.describe("a new project", () => {
  test.beforeEach(async ({ page }) => {
    await signIn(page, joe, "/o/abc-inc/projects/new");
  });

  const refused = [
    { what: "an empty name", name: "   ", key: "OKAY", field: "Name", says: "Enter a name for the project." },
    { what: "an overlong name", name: "n".repeat(81), key: "OKAY", field: "Name", says: "Use at most 80 characters" },
    { what: "a duplicate key", name: "Again", key: "CRM", field: "Key", says: "CRM is taken by another project" },
    { what: "a duplicate key in lower case", name: "Again", key: "crm", field: "Key", says: "CRM is taken" },
    { what: "an impossible key", name: "Again", key: "1-A", field: "Key", says: "Use 2 to 8 letters and digits" },
  ];
  for (const { what, name, key, field, says } of refused) {
    test(`${what} is refused at its field`, async ({ page, expectRefusal }) => {
      await page.getByLabel("Name").fill(name);
      await page.getByLabel("Key").fill(key);
      expectRefusal(422, "/fn/create_project");
      await page.getByRole("button", { name: "Create project" }).click();
      const wrong = page.getByLabel(field);
      await expect(wrong).toHaveAccessibleDescription(new RegExp(says));
      await expect(wrong).toHaveAttribute("aria-invalid", "true");
      await expect(wrong).toBeFocused();
      await expect(page.getByLabel("Name")).toHaveValue(name);
      await expect(page.getByLabel("Key")).toHaveValue(key);
    });
  }

  test("a key in lower case is the same key", async ({ page }) => {
    const project = newProject();
    await page.getByLabel("Name").fill(project.name);
    await page.getByLabel("Key").fill(project.key.toLowerCase());
    await page.getByRole("button", { name: "Create project" }).click();
    await expect(page).toHaveURL(boardPath("abc-inc", project));
  });
});

test("a task without a title is refused, on the board and on its page", async ({ page, expectRefusal }) => {
  const project = newProject();
  await signIn(page, joe, "/o/abc-inc");
  await createProject(page, "abc-inc", project);
  await addTask(page, "backlog", "Has a title");

  await test.step("on the board", async () => {
    const todo = column(page, "todo");
    await todo.getByText("Add task").click();
    await todo.getByLabel("Title").fill("   ");
    expectRefusal(422, "/fn/create_task");
    await todo.getByRole("button", { name: "Create task" }).click();
    await expect(todo.getByLabel("Title")).toHaveAccessibleDescription("Enter a title.");
    await expect(todo.getByRole("link")).toHaveCount(0);
  });

  await test.step("on its page, which keeps the description", async () => {
    await open(page, `/o/abc-inc/tasks/${project.key}-1`);
    await editTexts(page);
    await page.getByLabel("Title").fill("   ");
    await page.getByLabel("Description").fill("Typed with care");
    expectRefusal(422, "/fn/update_task");
    for (const attempt of ["first", "second"]) {
      await test.step(`the ${attempt} attempt`, async () => {
        await send(page, "Save changes", "update_task");
        await expect(page.getByLabel("Title")).toHaveAccessibleDescription("Enter a title.");
        await expect(page.getByLabel("Description")).toHaveValue("Typed with care");
      });
    }
    await page.getByLabel("Title").fill("Has a better title");
    await send(page, "Save changes", "update_task");
    await open(page, `/o/abc-inc/tasks/${project.key}-1`);
    await expect(texts(page)).toContainText("Has a better title");
    await expect(texts(page)).toContainText("Typed with care");
  });
});

test("a conflicting edit shows both versions", async ({
  page: first,
  context,
  expectRefusal,
}) => {
  await signIn(first, joe, "/o/abc-inc");
  const task = await createTask(first, "abc-inc", "As it was");
  const second = await context.newPage();
  await open(first, task);
  await open(second, task);
  await editTexts(second);
  await editTexts(first);

  await first.getByLabel("Title").fill("From the first tab");
  await second.getByLabel("Title").fill("From the second tab");
  await second.getByLabel("Description").fill("Typed in the second tab");
  await send(first, "Save changes", "update_task");

  expectRefusal(409, "/fn/update_task");
  await second.getByRole("button", { name: "Save changes" }).click();
  await expect(second.getByText("Someone changed this task while you were editing").first()).toBeVisible();
  await takenOver(second);
  const title = second.getByRole("group", { name: "Title" });
  await expect(title).toContainText("From the first tab");
  await expect(title).toContainText("From the second tab");
  await expect(second.getByRole("region", { name: "Description" })).toContainText("Typed in the second tab");

  await test.step("the person writes a third version", async () => {
    await title.getByRole("radio", { name: "Write a new version" }).check();
    await title.getByRole("textbox").fill("From both tabs");
    await send(second, "Save merged text", "merge_task");
    if (scripted()) await expect(second.getByText("Saved", { exact: true })).toBeVisible();
    await open(first, task);
    await expect(texts(first)).toContainText("From both tabs");
    await expect(texts(first)).toContainText("Typed in the second tab");
  });
});

test("an overlong description is refused at its field and kept", async ({ page, expectRefusal }) => {
  await signIn(page, joe, "/o/abc-inc");
  const task = await createTask(page, "abc-inc", "Long story");
  await open(page, `${task}?edit`);
  const long = "word ".repeat(400_000);
  await page.getByLabel("Description").fill(long);
  expectRefusal(422, "/fn/update_task");
  await send(page, "Save changes", "update_task");
  await expect(page.getByText("Use at most 100000 characters")).toBeVisible();
  expect(await page.getByLabel("Description").inputValue()).toHaveLength(long.length);
});

test.describe("a session that ended while a form was open", () => {
  test("by a lost cookie: the input is restored after the sign-in", async ({ page, context, expectRefusal }) => {
    const project = newProject();
    await signIn(page, joe, "/o/abc-inc/projects/new");
    await page.getByLabel("Name").fill(project.name);
    await page.getByLabel("Key").fill(project.key);
    await context.clearCookies({ name: "tessera", domain: new URL(baseURL).hostname });
    if (scripted()) expectRefusal(401, "/fn/create_project");
    await page.getByRole("button", { name: "Create project" }).click();

    await expect(page.getByText("You were signed out while this form was open.")).toBeVisible();
    await takenOver(page);
    await expect(page.getByLabel("Name")).toHaveValue(project.name);
    await expect(page.getByLabel("Key")).toHaveValue(project.key);
    await page.getByRole("button", { name: "Create project" }).click();
    await expect(page).toHaveURL(boardPath("abc-inc", project));
  });

  test("by a sign-out in another tab: the input is restored after the sign-in", async ({
    page,
    context,
    expectRefusal,
  }) => {
    await signIn(page, joe, "/o/abc-inc");
    const task = await createTask(page, "abc-inc", "As it was");
    await open(page, task);
    await editTexts(page);
    await page.getByLabel("Title").fill("A better title");
    await page.getByLabel("Description").fill("One line\n\nand another");
    const other = await context.newPage();
    await open(other, "/o/abc-inc");
    await signOut(other);

    if (scripted()) expectRefusal(401, "/fn/update_task");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByRole("heading", { name: "Sign in to ABC Inc" })).toBeVisible();
    await continueAs(page, joe);

    await expect(page.getByText("You were signed out while this form was open.")).toBeVisible();
    await takenOver(page);
    await expect(page.getByLabel("Title")).toHaveValue("A better title");
    await expect(page.getByLabel("Description")).toHaveValue("One line\n\nand another");
    await send(page, "Save changes", "update_task");
    await open(page, task);
    await expect(texts(page)).toContainText("A better title");
    await expect(texts(page).getByRole("paragraph")).toHaveText(["One line", "and another"]);
  });
});

test.describe("a missing page", () => {
  test("of an organization that does not exist, to a visitor and to a member", async ({ page, expectRefusal }) => {
    await page.goto("/o/nowhere");
    await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
    await signIn(page, joe, "/o/abc-inc");
    expectRefusal(404, "/callback");
    await page.goto("/o/nowhere");
    await expect(page.getByRole("heading", { name: "You are not a member of this workspace" })).toBeVisible();
  });

  const nowhere = [
    ["of another organization’s project", "/o/abc-inc/projects/TRIP/board"],
    ["of a project that never was", "/o/abc-inc/projects/NONE/board"],
    ["of a task that never was", "/o/abc-inc/tasks/CRM-99999"],
    ["of something that is no task", "/o/abc-inc/tasks/…"],
    ["made up, in a workspace", "/o/abc-inc/made/up"],
    ["made up", "/made/up"],
  ] as const;
  for (const [what, path] of nowhere) {
    test(`${what}, shows a page that says so`, async ({ page, expectRefusal }) => {
      await signIn(page, joe, "/o/abc-inc");
      expectRefusal(404, encodeURI(path));
      await page.goto(path);
      await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
      await expect(page).toHaveTitle(/Page not found/);
    });
  }
});

test.describe("a callback", () => {
  const begun = "This sign-in link has expired or was already used";

  test("that this browser did not ask for is refused", async ({ page, expectRefusal }) => {
    expectRefusal(400, "/callback");
    for (const query of ["?code=a&state=b", "?code=a", ""]) {
      await page.goto(`/callback${query}`);
      await expect(page.getByRole("heading", { name: "Sign-in needs cookies" })).toBeVisible();
    }
    await page.getByRole("link", { name: "Sign in again" }).click();
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  });

  test("with a wrong state is refused and does not disturb a sign-in in progress", async ({ page, expectRefusal }) => {
    await page.goto("/o/abc-inc");
    const other = await page.context().newPage();
    expectRefusal(400, "/callback");
    await other.goto("/callback?code=a&state=b");
    await expect(other.getByRole("heading", { name: begun })).toBeVisible();
    await continueAs(page, joe);
    await expect(page).toHaveURL("/o/abc-inc");
  });

  test("works once, and leads on who is signed in", async ({ page }) => {
    const answered = page.waitForRequest((request) => new URL(request.url()).pathname === "/callback");
    await signIn(page, joe, "/o/abc-inc");
    await page.goto((await answered).url());
    await expect(page).toHaveURL("/o/abc-inc");
    await expect(page.getByTestId("org-switcher")).toContainText("ABC Inc");
  });
});
