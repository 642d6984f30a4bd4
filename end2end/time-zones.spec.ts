// Days and times are those of the reader, from the first page after the sign-in on.

import { alice, signIn } from "./support/people.ts";
import { expect, scripted, test } from "./support/test.ts";

for (const zone of ["Pacific/Auckland", "America/Los_Angeles"]) {
  test.describe(zone, () => {
    test.use({ timezoneId: zone });
    test("times are those of the browser", async ({ page }) => {
      test.skip(!scripted(), "without scripts a page says UTC");
      await signIn(page, alice, "/o/acme/tasks/WEB-1");
      const time = page.locator("time").first();
      const at = new Date((await time.getAttribute("datetime")) ?? "");
      const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
      const said = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]));
      const day = `${said["day"]} ${said["month"]?.slice(0, 3)} ${said["year"]}`;
      await expect(time).toHaveAttribute("title", `${day}, ${said["hour"]}:${said["minute"]}`);
      const answer = await page.request.get("/o/acme/tasks/WEB-1");
      expect(await answer.text(), "as the server renders it").toContain(`title="${day}, ${said["hour"]}:${said["minute"]}"`);
    });
  });
}
