// Keyboard access without a pointer.

import type { Page } from "@playwright/test";
import { joe, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { open, takenOver } from "./support/workspace.ts";

/** Asserts that the focused element is visible and shows an outline or a shadow. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const focus = await page.evaluate(() => {
    const element = document.activeElement!;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const { left, top, width, height } = element.getBoundingClientRect();
    return {
      element: element.outerHTML.slice(0, 120),
      marked: (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none",
      inside: left >= 0 && top >= 0 && left < innerWidth && top < innerHeight && width > 1 && height > 1,
    };
  });
  expect(focus).toMatchObject({ marked: true, inside: true });
}

test("Tab reaches the controls of the landing page with a visible focus", async ({ page }) => {
  await page.goto("/");
  const reached: string[] = [];
  for (let step = 0; step < 3; step += 1) {
    await page.keyboard.press("Tab");
    await expectVisibleFocus(page);
    reached.push((await page.locator(":focus").textContent()) ?? "");
  }
  expect(reached.map((text) => text.trim())).toEqual(["Tessera", "Sign in", "Sign up"]);
});

test("the first Tab in a workspace offers to skip to the content", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  await open(page, "/o/abc-inc/projects/CRM/board");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("org-switcher")).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Overview" })).toBeFocused();
  await expectVisibleFocus(page);
});

test("the switcher works by keyboard alone", async ({ page }) => {
  await signIn(page, joe, "/o/abc-inc");
  const switcher = page.getByTestId("org-switcher");
  const [abc, xyz] = [page.getByTestId("org-option-abc-inc"), page.getByTestId("org-option-xyz-travel")];
  await switcher.focus();

  await test.step("Enter opens, Escape closes and restores the focus", async () => {
    await page.keyboard.press("Enter");
    await expect(abc).toBeVisible();
    await page.keyboard.press("Tab");
    await expect(abc).toBeFocused();
    await expectVisibleFocus(page);
    await page.keyboard.press("Escape");
    await expect(abc).toBeHidden();
    await expect(switcher).toBeFocused();
  });

  await test.step("an arrow key selects the next organization and Enter opens it", async () => {
    if (scripted()) {
      await page.keyboard.press("ArrowDown");
      await expect(abc).toBeFocused();
      await page.keyboard.press("ArrowDown");
    } else {
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
    }
    await expect(xyz).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL("/o/xyz-travel");
    await takenOver(page);
  });
});

test("joe signs in by keyboard alone", async ({ page }) => {
  await page.goto("/o/abc-inc");
  await expect(page.getByLabel("Email address")).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.type(joe.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type("tessera-demo");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/o/abc-inc");
});
