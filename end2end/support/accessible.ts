// Accessibility checks with axe.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, scripted } from "./test.ts";

/** Asserts that axe finds no problems. Does nothing without scripts, which axe needs. */
export async function accessible(page: Page): Promise<void> {
  if (!scripted()) return;
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}
