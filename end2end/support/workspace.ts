// Actions in a workspace.

import { randomInt } from "node:crypto";
import type { Locator, Page } from "@playwright/test";
import { expect, scripted } from "./test.ts";

export type State = "backlog" | "todo" | "in-progress" | "done";

export interface Project {
  key: string;
  name: string;
}

/** A project that no other test uses. */
export function newProject(): Project {
  const letters = Array.from({ length: 7 }, () => "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[randomInt(26)]).join("");
  return { key: `Q${letters}`, name: `Project ${letters}` };
}

/**
 * Waits until the page is hydrated and what was done before is replayed. A page outside of workspaces is ready at once.
 * Without scripts, waits until the page is loaded.
 */
export async function takenOver(page: Page): Promise<void> {
  if (scripted()) await expect(page.locator("html[data-script]:not([data-starting])")).toBeAttached();
  else await page.waitForLoadState();
}

/** Opens a page of a workspace that the browser is signed in to. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await takenOver(page);
}

export const boardPath = (org: string, { key }: Project): string => `/o/${org}/projects/${key}/board`;

/** Creates a project with the form, which leads to the board of the project. */
export async function createProject(page: Page, org: string, project: Project): Promise<void> {
  await open(page, `/o/${org}/projects/new`);
  await page.getByLabel("Name").fill(project.name);
  await page.getByLabel("Key").fill(project.key);
  await page.getByRole("button", { name: "Create project" }).click();
  await expect(page).toHaveURL(boardPath(org, project));
  await expect(page.getByRole("heading", { level: 1, name: project.name })).toBeVisible();
  await takenOver(page);
}

/** Submits a form by its button and waits for the answer of its server function. */
export async function send(page: Page, button: string, name: string): Promise<void> {
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === `/fn/${name}`);
  await page.getByRole("button", { name: button }).click();
  await answer;
}

/** The project's link in the sidebar, with its number of open tasks. */
export const inSidebar = (page: Page, { name }: Project): Locator =>
  page.getByRole("complementary").getByRole("link").filter({ hasText: name });

export const column = (page: Page, state: State): Locator => page.getByTestId(`board-column-${state}`);

/** The card of a task on the board, or in a column. */
export const card = (place: Page | Locator, key: string): Locator => place.getByTestId(`task-card-${key}`);

/** Adds a task to a column of the open board. */
export async function addTask(page: Page, state: State, title: string): Promise<void> {
  const place = column(page, state);
  const field = place.getByLabel("Title");
  const add = place.getByText("Add task");
  // On an empty board, the form of the first column is open once the board is loaded.
  await expect(add).toBeVisible();
  if (!(await field.isVisible())) await add.click();
  await field.fill(title);
  await place.getByRole("button", { name: "Create task" }).click();
  await expect(place.getByRole("link", { name: title })).toBeVisible();
  await takenOver(page);
}

/** Creates a project with one task, and returns the task's address. */
export async function createTask(page: Page, org: string, title: string): Promise<string> {
  const project = newProject();
  await createProject(page, org, project);
  await addTask(page, "backlog", title);
  return `/o/${org}/tasks/${project.key}-1`;
}

/** The region with the title and the description on the page of a task. */
export const texts = (page: Page): Locator => page.getByRole("region", { name: "Task", exact: true });

/** Opens the form for title and description. */
export async function editTexts(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await expect(page.getByLabel("Title")).toBeVisible();
  await takenOver(page);
}

/** Opens the menu of the switcher and returns the entry of an organization. */
export async function organizationOption(page: Page, org: string): Promise<Locator> {
  await page.getByTestId("org-switcher").click();
  return page.getByTestId(`org-option-${org}`);
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Your account" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
}
