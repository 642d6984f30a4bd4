// The demo people and signing in.

import type { Page } from "@playwright/test";
import { providerURL } from "./server.ts";
import { expect } from "./test.ts";
import { takenOver } from "./workspace.ts";

export interface Person {
  name: string;
  email: string;
}

export const alice: Person = { name: "Alice Archer", email: "alice@acme.example" };
export const bob: Person = { name: "Bob Brandt", email: "bob@beta.example" };
export const carol: Person = { name: "Carol Castro", email: "carol@example.com" };
export const joe: Person = { name: "Joe Jensen", email: "joe@example.com" };
export const dana: Person = { name: "Dana Dvorak", email: "dana@example.com" };
export const nina: Person = { name: "Nina Novak", email: "nina@example.com" };

export const PASSWORD = "tessera-demo";

/** Fills in the provider's login page. */
export async function enterPassword(page: Page, person: Person): Promise<void> {
  await expect(page).toHaveURL((url) => url.origin === providerURL);
  await page.getByLabel("Email address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Continue", exact: true }).click();
}

/** Uses the button of the demo person on the provider's login page. */
export async function continueAs(page: Page, person: Person): Promise<void> {
  await page.getByRole("button", { name: `Continue as ${person.name}` }).click();
}

/** Opens a page of an organization in a browser without cookies, and signs in. */
export async function signIn(page: Page, person: Person, path: string): Promise<void> {
  await page.goto(path);
  await continueAs(page, person);
  await expect(page).toHaveURL(path);
  await takenOver(page);
}
