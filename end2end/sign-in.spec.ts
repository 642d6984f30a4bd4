// Each way to sign in, and each error page.

import type { Page } from "@playwright/test";
import { alice, continueAs, dana, joe, type Person } from "./support/people.ts";
import { baseURL, providerURL, requestId } from "./support/server.ts";
import { expect, scripted, test } from "./support/test.ts";
import { open, signOut, takenOver } from "./support/workspace.ts";

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });

async function typeName(page: Page, name: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Workspace name").fill(name);
  await page.getByRole("button", { name: "Go to workspace" }).click();
}

/** Asserts that the login page of the provider names no organization. */
async function atProvider(page: Page): Promise<void> {
  await expect(page).toHaveURL((url) => url.origin === providerURL);
  await expect(heading(page, /^Sign in$/)).toBeVisible();
}

async function arrivesAt(page: Page, path: string, person: Person): Promise<void> {
  await expect(page).toHaveURL(path);
  await takenOver(page);
  await expect(page.getByRole("button", { name: "Your account" })).toContainText(person.name);
}

test("sign in first and pick the workspace afterwards", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Use your workspace name or email" }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
  await page.getByRole("link", { name: "Continue" }).click();
  await continueAs(page, dana);
  await expect(page).toHaveURL("/");
  await expect(heading(page, "Your workspaces")).toBeVisible();
  await expect(page.getByText("Signed in as dana@example.com")).toBeVisible();
  await expect(page.getByTestId("workspace-acme")).toContainText("Admin");
  await page.getByTestId("workspace-beta").click();
  await arrivesAt(page, "/o/beta", dana);
});

test("a member of one workspace goes there directly", async ({ page }) => {
  await page.goto("/login");
  await continueAs(page, alice);
  await arrivesAt(page, "/o/acme", alice);
});

test("by the name of a workspace", async ({ page }) => {
  await typeName(page, " Acme ");
  await atProvider(page);
  await continueAs(page, dana);
  await arrivesAt(page, "/o/acme", dana);
  await test.step("the second time it opens at once", async () => {
    await typeName(page, "acme");
    await arrivesAt(page, "/o/acme", dana);
  });
});

test("a name does not reveal whether the workspace exists", async ({ page, expectRefusal }) => {
  expectRefusal(404, "/callback");
  const answers: string[] = [];
  for (const name of ["acme", "nowhere"]) {
    await typeName(page, name);
    if (name === "acme") {
      await atProvider(page);
      await continueAs(page, joe);
    }
    await expect(heading(page, "You are not a member of this workspace")).toBeVisible();
    await expect(page.getByText("signed in as joe@example.com")).toBeVisible();
    answers.push((await page.getByRole("main").innerText()).replace(name, "…").replace(requestId, "…"));
  }
  expect(answers[0]).toBe(answers[1]);

  await test.step("another account continues", async () => {
    await typeName(page, "acme");
    await page.getByRole("link", { name: "Use another account" }).click();
    await atProvider(page);
    await continueAs(page, dana);
    await arrivesAt(page, "/o/acme", dana);
  });
});

test("an impossible name is refused at its field and kept", async ({ page, expectRefusal }) => {
  expectRefusal(422, "/sign-in");
  await typeName(page, "Acme Corp");
  const field = page.getByLabel("Workspace name");
  await expect(field).toHaveAccessibleDescription(/only the letters a to z/);
  await expect(field).toHaveValue("Acme Corp");
  await expect(field).toBeFocused();
});

test("by email address", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Work email").fill(joe.email);
  await page.getByRole("button", { name: "Continue with email" }).click();
  await atProvider(page);
  await expect(page.getByLabel("Email address")).toHaveValue(joe.email);
  await page.getByLabel("Password", { exact: true }).fill("tessera-demo");
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await expect(heading(page, "Your workspaces")).toBeVisible();
});

test("recent workspaces survive a sign-out until they are forgotten", async ({ page }) => {
  await page.goto("/o/abc-inc");
  await continueAs(page, joe);
  await arrivesAt(page, "/o/abc-inc", joe);
  await open(page, "/o/xyz-travel");
  await signOut(page);

  await page.goto("/sign-in");
  const recent = page.getByRole("region", { name: "Last used on this device" });
  await expect(recent.getByRole("link")).toHaveText([/XYZ Travel/, /ABC Inc/]);
  await recent.getByRole("link", { name: "ABC Inc" }).click();
  await expect(heading(page, "Sign in to ABC Inc")).toBeVisible();
  await continueAs(page, joe);
  await arrivesAt(page, "/o/abc-inc", joe);

  await page.goto("/sign-in");
  await expect(recent.getByRole("link")).toHaveText([/ABC Inc/, /XYZ Travel/]);
  await page.getByRole("button", { name: "Clear list" }).click();
  await expect(recent).toHaveCount(0);
  await expect(heading(page, "Sign in")).toBeVisible();
  await page.reload();
  await expect(recent).toHaveCount(0);
});

test("by a host that names the workspace", async ({ page }) => {
  const { port } = new URL(baseURL);
  await page.goto(`http://acme.localhost:${port}/settings`);
  await expect(heading(page, /^Sign in$/)).toBeVisible();
  await continueAs(page, dana);
  await arrivesAt(page, `${baseURL}/o/acme/settings`, dana);
  await test.step("with a seat it opens at once", async () => {
    await page.goto(`http://acme.localhost:${port}/`);
    await arrivesAt(page, `${baseURL}/o/acme`, dana);
  });
  await test.step("its sign-in is that of the workspace", async () => {
    await signOut(page);
    await page.goto(`http://beta.localhost:${port}/login`);
    await expect(heading(page, /^Sign in$/)).toBeVisible();
    await continueAs(page, dana);
    await arrivesAt(page, `${baseURL}/o/beta`, dana);
  });
});

test("a host or an address does not reveal whether the workspace exists", async ({ page }) => {
  const { port } = new URL(baseURL);
  const asked = new Set<string>();
  for (const name of ["acme", "nowhere"]) {
    for (const address of [`http://${name}.localhost:${port}/`, `/o/${name}`]) {
      const [request] = await Promise.all([
        page.waitForRequest((request) => new URL(request.url()).pathname === "/authorize"),
        page.goto(address),
      ]);
      await expect(heading(page, /^Sign in$/)).toBeVisible();
      const { searchParams } = new URL(request.url());
      for (const random of ["state", "nonce", "code_challenge"]) searchParams.delete(random);
      asked.add(searchParams.toString());
    }
  }
  expect([...asked]).toHaveLength(1);
});

test("by a link that names the workspace", async ({ page }) => {
  await page.goto("/login?organization=beta&return_to=%2Fo%2Fbeta%2Fsettings");
  await expect(heading(page, /^Sign in$/)).toBeVisible();
  await continueAs(page, dana);
  await arrivesAt(page, "/o/beta/settings", dana);
});

test("by a third party that names the issuer and the target", async ({ page, expectRefusal }) => {
  const link = encodeURIComponent(`${baseURL}/o/acme/settings`);
  await page.goto(`/login?iss=${encodeURIComponent(`${providerURL}/`)}&target_link_uri=${link}`);
  await atProvider(page);
  await continueAs(page, dana);
  await arrivesAt(page, "/o/acme/settings", dana);
  await test.step("not for another issuer", async () => {
    expectRefusal(400, "/login");
    await page.goto(`/login?iss=https%3A%2F%2Felsewhere.example%2F&target_link_uri=${link}`);
    await expect(heading(page, "This sign-in is for another service")).toBeVisible();
  });
});

test("a refused account can be changed and the target is kept", async ({ page, expectRefusal }) => {
  expectRefusal(404, "/callback");
  await page.goto("/o/acme/settings");
  await continueAs(page, joe);
  await expect(heading(page, "You are not a member of this workspace")).toBeVisible();
  await page.getByRole("link", { name: "Use another account" }).click();
  await expect(heading(page, /^Sign in$/)).toBeVisible();
  await continueAs(page, dana);
  await arrivesAt(page, "/o/acme/settings", dana);
});

test("each provider error has a page with a next step", async ({ page, expectRefusal }) => {
  const errors: [error: string, description: string, status: number, title: string][] = [
    ["access_denied", "User did not authorize the request", 403, "You were not signed in"],
    ["access_denied", "user x belongs to connection c that is not part of it", 403, "This workspace uses a different sign-in method"],
    ["unauthorized", "user is blocked", 403, "This account is blocked"],
    ["login_required", "Login required", 401, "Please sign in"],
    ["invalid_request", "parameter organization is invalid: org_x", 400, "You can’t sign in to this workspace"],
    ["invalid_request", "invitation not found or already used", 400, "This invitation can no longer be used"],
    ["invalid_request", "invalid invitation ticket (organization mismatch)", 400, "This invitation doesn’t match"],
    ["server_error", "", 503, "Sign-in is not available at the moment"],
    ["temporarily_unavailable", "", 503, "Sign-in is not available at the moment"],
    ["made_up", "", 400, "The sign-in was refused"],
  ];
  for (const status of new Set(errors.map(([, , status]) => status))) expectRefusal(status, "/callback");
  for (const [error, description, , title] of errors) {
    await test.step(`${error}: ${description}`, async () => {
      // The browser starts a sign-in, and the test sends the callback in place of the provider.
      const answer = await page.request.get("/login?organization=acme", { maxRedirects: 0 });
      const asked = new URL(answer.headers().location!);
      const state = asked.searchParams.get("state")!;
      const parameters = { state, error, error_description: description, iss: `${asked.origin}/` };
      await page.goto(`/callback?${new URLSearchParams(parameters)}`);
      await expect(heading(page, title)).toBeVisible();
      await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
      await expect(page).toHaveURL((url) => url.pathname === "/callback");
    });
  }
});

test("the page works by keyboard alone", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Continue" }).focus();
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Workspace name")).toBeFocused();
  await page.keyboard.type("acme");
  await page.keyboard.press("Enter");
  await atProvider(page);
  await page.goBack();
  await page.getByLabel("Work email").focus();
  await page.keyboard.type(joe.email);
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Email address")).toHaveValue(joe.email);
  if (scripted()) await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
});
