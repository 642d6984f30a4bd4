// Extensions, translators and telephones change a page before its program takes it over.

import type { Page } from "@playwright/test";
import { joe, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { open } from "./support/workspace.ts";

test.beforeEach(() => test.skip(!scripted(), "there is no program without scripts"));

const notice = (page: Page) => page.getByText("Links and forms still work.");

/** What is done to pages. Each change is made once the page is parsed. */
const CHANGES: Record<string, () => void> = {
  "elements in the body": () => {
    document.body.prepend(document.createElement("grammarly-desktop-integration"), "text");
    document.body.append(document.createElement("div"));
  },
  "elements in the page": () => {
    for (const place of document.querySelectorAll("main, main p, main a, header, ul")) {
      place.prepend(document.createElement("span"));
      place.append(document.createElement("img"));
    }
  },
  "translated text": () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Node[] = [];
    while (walker.nextNode()) if (walker.currentNode.textContent?.trim()) texts.push(walker.currentNode);
    for (const text of texts) {
      const template = document.createElement("template");
      template.innerHTML = "<font><font></font></font>";
      template.content.querySelector("font font")?.append(`${text.textContent}!`);
      text.parentNode?.replaceChild(template.content, text);
    }
  },
  "marked numbers": () => {
    for (const element of document.querySelectorAll("main p, main a, main h1, main span")) {
      element.innerHTML = element.innerHTML.replace(/\w+/, "<a href='tel:$&'>$&</a>");
    }
  },
  "missing comments": () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT);
    const comments: Node[] = [];
    while (walker.nextNode()) comments.push(walker.currentNode);
    for (const comment of comments) comment.parentNode?.removeChild(comment);
  },
};

for (const [name, change] of Object.entries(CHANGES)) {
  test(`a page is taken over with ${name}`, async ({ page }) => {
    await signIn(page, joe, "/o/abc-inc");
    await page.addInitScript(`addEventListener("DOMContentLoaded", ${change.toString()})`);
    for (const path of ["/o/abc-inc/projects/CRM/board", "/o/abc-inc/tasks/CRM-1"]) {
      await open(page, path);
      await expect(page.locator("html[data-ended]")).toHaveCount(0);
      await expect(notice(page)).toBeHidden();
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("dialog", { name: "Search and commands" })).toBeVisible();
      await page.keyboard.press("Escape");
      await page.getByRole("complementary").getByRole("link", { name: "My work" }).click();
      await expect(page.getByRole("heading", { level: 1, name: "My work" })).toBeVisible();
    }
  });
}

test("a page whose program ends is one of links and forms", async ({ page, expectPanic }) => {
  await signIn(page, joe, "/o/abc-inc");
  expectPanic();
  // Changed after the page is restored: nothing can be done about it.
  await page.addInitScript(() => {
    const change = () => document.querySelector("main")?.remove();
    addEventListener("DOMContentLoaded", () => addEventListener("tessera:hydrating", change));
  });
  await page.goto("/o/abc-inc/tasks/CRM-1");
  await expect(page.locator("html[data-ended]")).toBeAttached();
  await expect(notice(page)).toBeVisible();
  await expect(notice(page)).toHaveCount(1);
  const loaded = page.waitForEvent("load");
  await page.getByRole("complementary").getByRole("link", { name: "My work" }).click();
  await loaded;
  await expect(page).toHaveURL("/o/abc-inc/my-work");
});

test("forms of a page whose program has ended are sent by the browser", async ({ page, expectPanic }) => {
  await signIn(page, joe, "/o/abc-inc");
  await open(page, "/o/abc-inc/tasks/CRM-1");
  expectPanic();
  // As a panic of the program reports itself.
  await page.evaluate(() => setTimeout(() => {
    throw new WebAssembly.RuntimeError("unreachable");
  }));
  await expect(page.locator("html[data-ended]")).toBeAttached();
  await expect(notice(page)).toBeVisible();
  await page.getByLabel("Points").fill("8");
  const field = page.locator(".property").filter({ has: page.getByLabel("Points") });
  await field.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("html:not([data-ended])")).toBeAttached();
  await expect(page.getByLabel("Points")).toHaveValue("8");
});
