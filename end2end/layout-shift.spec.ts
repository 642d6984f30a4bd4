// Nothing moves while a page loads and is hydrated.

import type { Page } from "@playwright/test";
import { joe, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";
import { open } from "./support/workspace.ts";

const LOADS = 51;

interface Shift {
  score: number;
  /** The beginning of each node that moved. */
  moved: string[];
}

declare global {
  interface Window {
    shift: Shift;
  }
  /** A part of the interface that TypeScript does not know. */
  interface PerformanceEntry {
    value?: number;
    sources?: { node?: Node }[];
  }
}

/** The layout shift of the page so far. */
const shift = (page: Page): Promise<Shift> =>
  page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return window.shift;
  });

test("no layout shift in fifty loads of board, task and home", async ({ page }) => {
  test.skip(!scripted(), "it is measured with scripts");
  await signIn(page, joe, "/o/abc-inc");
  await page.addInitScript(() => {
    window.shift = { score: 0, moved: [] };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        window.shift.score += entry.value ?? 0;
        for (const { node } of entry.sources ?? [])
          window.shift.moved.push(node instanceof Element ? node.outerHTML.slice(0, 200) : (node?.textContent ?? ""));
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  const pages = ["/o/abc-inc/projects/CRM/board", "/o/abc-inc/tasks/CRM-1", "/o/abc-inc"];
  for (let load = 0; load < LOADS; load += 1) {
    const path = pages[load % pages.length]!;
    await open(page, path);
    expect(await shift(page), path).toEqual({ score: 0, moved: [] });
  }
  await test.step("a shift would be seen", async () => {
    await page.evaluate(() => document.body.style.setProperty("padding-top", "200px"));
    await expect.poll(async () => (await shift(page)).score).toBeGreaterThan(0);
  });
});
