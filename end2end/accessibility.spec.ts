// Accessibility checks of each kind of page, in both themes.

import { accessibilityProblems } from "./support/accessible.ts";
import { visitAll } from "./support/pages.ts";
import { expect, scripted, test } from "./support/test.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds no problem on any page in the ${colorScheme} theme`, async ({ page, expectRefusal }) => {
    test.skip(!scripted(), "axe itself is a script that waits for timers");
    test.setTimeout(400_000);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found: string[] = [];
    await visitAll(page, expectRefusal, async ({ name }) => {
      found.push(...(await accessibilityProblems(page)).map((problem) => `${name}: ${problem}`));
    });
    expect(found).toEqual([]);
  });
}
