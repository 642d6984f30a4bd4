// One page of every kind.

import { type Page } from "@playwright/test";
import { joe, signIn } from "./people.ts";
import { expect, test } from "./test.ts";
import { open } from "./workspace.ts";

interface PageCase {
  name: string;
  path: string;
  heading: string | RegExp;
  /** The expected status, if it is not 200. */
  status?: number;
}

const forVisitors: PageCase[] = [
  { name: "landing", path: "/", heading: "Every piece of work in its place" },
  { name: "not found", path: "/made/up", heading: "Page not found", status: 404 },
  { name: "message", path: "/callback", heading: "Sign-in needs cookies", status: 400 },
  { name: "sign-in", path: "/sign-in", heading: "Sign in" },
  { name: "sign-in with a mistake", path: "/sign-in?workspace=a%20b", heading: "Sign in", status: 422 },
  { name: "login", path: "/login?organization=org_AbcInc0000000001", heading: "Sign in to ABC Inc" },
  { name: "new workspace for a visitor", path: "/new-organization", heading: "Create a workspace" },
  { name: "sign-up", path: "/login?screen_hint=signup", heading: "Create your account" },
];

const forMembers: PageCase[] = [
  { name: "workspaces", path: "/", heading: "Your workspaces" },
  { name: "home", path: "/o/abc-inc", heading: "Home" },
  { name: "board", path: "/o/abc-inc/projects/CRM/board", heading: "Customer records" },
  { name: "board with swimlanes", path: "/o/abc-inc/projects/CRM/board?lanes=priority&collapsed=backlog", heading: "Customer records" },
  { name: "overview", path: "/o/abc-inc/projects/CRM", heading: "Customer records" },
  { name: "list", path: "/o/abc-inc/projects/CRM/list", heading: "Customer records" },
  { name: "filtered list", path: "/o/abc-inc/projects/CRM/list?state=todo,done&assignee=none&group=priority&edit=CRM-1", heading: "Customer records" },
  { name: "project settings", path: "/o/abc-inc/projects/CRM/settings", heading: "Settings" },
  { name: "allowed transitions", path: "/o/abc-inc/projects/CRM/settings/moves", heading: "Allowed transitions" },
  { name: "bin", path: "/o/abc-inc/projects/CRM/bin", heading: "Bin" },
  { name: "archive", path: "/o/abc-inc/projects/CRM/bin?archive", heading: "Bin" },
  { name: "task with its form", path: "/o/abc-inc/tasks/CRM-2?edit", heading: "CRM-2" },
  { name: "task", path: "/o/abc-inc/tasks/CRM-1", heading: "CRM-1" },
  { name: "inbox", path: "/o/abc-inc/inbox", heading: "Inbox" },
  { name: "snoozed", path: "/o/abc-inc/inbox?show=snoozed", heading: "Inbox" },
  { name: "my work", path: "/o/abc-inc/my-work", heading: "My work" },
  { name: "watching", path: "/o/abc-inc/my-work?show=watching", heading: "My work" },
  { name: "new project", path: "/o/abc-inc/projects/new", heading: "New project" },
  { name: "search", path: "/o/abc-inc/search", heading: "Search" },
  { name: "what was found", path: "/o/abc-inc/search?q=con", heading: "Search" },
  { name: "nothing found", path: "/o/abc-inc/search?q=nothing+like+it", heading: "Search" },
  { name: "keyboard shortcuts", path: "/o/abc-inc/shortcuts", heading: "Keyboard shortcuts" },
  { name: "settings", path: "/o/abc-inc/settings", heading: "Settings" },
  { name: "people", path: "/o/abc-inc/settings/people", heading: "People" },
  { name: "not found in a workspace", path: "/o/abc-inc/made/up", heading: "Page not found", status: 404 },
  { name: "new workspace", path: "/new-organization", heading: "Name your workspace" },
  { name: "sign-in with workspaces of this device", path: "/sign-in", heading: "Sign in" },
];

/** Opens every page, first as a visitor and then as Joe, and calls `look` on each. */
export async function visitAll(
  page: Page,
  expectRefusal: (status: number, path: string) => void,
  look: (pageCase: PageCase) => Promise<void>,
): Promise<void> {
  const visit = async (pageCase: PageCase): Promise<void> =>
    test.step(pageCase.name, async () => {
      if (pageCase.status) expectRefusal(pageCase.status, pageCase.path.split("?")[0]!);
      if (pageCase.path.startsWith("/o/") && !pageCase.status) await open(page, pageCase.path);
      else await page.goto(pageCase.path);
      await expect(page.getByRole("heading", { name: pageCase.heading, level: 1 })).toBeVisible();
      await look(pageCase);
    });
  for (const pageCase of forVisitors) await visit(pageCase);
  await signIn(page, joe, "/o/abc-inc");
  for (const pageCase of forMembers) await visit(pageCase);
}
