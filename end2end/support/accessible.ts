// What axe says of a page.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, scripted } from "./test.ts";

/** axe finds nothing; it is itself a script. */
export async function accessible(page: Page): Promise<void> {
  if (!scripted()) return;
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}
