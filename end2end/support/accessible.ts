// Accessibility checks with axe.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, scripted } from "./test.ts";

/** Lists what axe finds on the page: the rule, the element and what is wrong with it. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // While something fades in, its text has less contrast than it will have. A spinner never ends.
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime));
    return Promise.allSettled(ending.map((animation) => animation.finished)).then(() => undefined);
  });
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => `${impact} ${id}: ${node.html} ${node.failureSummary}`),
  );
}

/** Asserts that axe finds no problems. Does nothing without scripts, which axe needs. */
export async function accessible(page: Page): Promise<void> {
  if (scripted()) expect(await accessibilityProblems(page)).toEqual([]);
}
