// The `test` of every file here. Its browsers are watched: an error or a warning on the console, an error in a page, a
// request that fails or an answer of 400 and above that the test did not announce makes the test fail. Hydration
// warnings are warnings on the console.

import { type BrowserContext, test as base, expect } from "@playwright/test";

/** An expected error answer. */
interface Refusal {
  status: number;
  path: string | RegExp;
}

interface Fixtures {
  /** Expects that a request to `path` is answered with `status`; the test fails if none is. */
  expectRefusal: (status: number, path: string | RegExp) => void;
  /** Another browser, with cookies of its own. */
  newBrowser: () => Promise<BrowserContext>;
  watcher: Watcher;
}

/** The error of a request without network. */
const OFFLINE = "net::ERR_INTERNET_DISCONNECTED";

class Watcher {
  readonly #announced: Refusal[] = [];
  readonly #seen = new Set<Refusal>();
  readonly #problems: string[] = [];

  announce(status: number, path: string | RegExp): void {
    this.#announced.push({ status, path });
  }

  watch(context: BrowserContext): void {
    context.on("weberror", (error) => this.#problems.push(`error in a page: ${error.error()}`));
    context.on("console", (message) => {
      // Chromium's message for a refused request; the answer itself is checked below.
      if (message.text().startsWith("Failed to load resource: the server responded with a status of")) return;
      // Caused only by tests that go offline.
      if (message.text().includes(OFFLINE)) return;
      if (!["error", "warning", "assert"].includes(message.type())) return;
      // Without scripts their preloads are unused, which Chromium reports on an open page.
      if (!scripted() && message.text().includes("was preloaded using link preload but not used")) return;
      this.#problems.push(`console ${message.type()} on ${message.page()?.url()}: ${message.text()}`);
    });
    context.on("requestfailed", (request) => {
      // Leaving a page aborts its requests.
      if (request.failure()?.errorText === "net::ERR_ABORTED") return;
      if (request.failure()?.errorText === OFFLINE) return;
      // Without scripts their requests are reported as blocked.
      if (!scripted() && request.resourceType() === "script" && request.failure()?.errorText === "csp") return;
      this.#problems.push(`failed: ${request.method()} ${request.url()}: ${request.failure()?.errorText}`);
    });
    context.on("response", (response) => {
      if (response.status() < 400) return;
      const { pathname } = new URL(response.url());
      const refusal = this.#announced.find(
        ({ status, path }) =>
          status === response.status() && (typeof path === "string" ? path === pathname : path.test(pathname)),
      );
      if (refusal) this.#seen.add(refusal);
      else this.#problems.push(`status ${response.status()}: ${response.request().method()} ${response.url()}`);
    });
  }

  verdict(): string[] {
    const missing = this.#announced.filter((refusal) => !this.#seen.has(refusal));
    return [...this.#problems, ...missing.map(({ status, path }) => `never answered with ${status}: ${path}`)];
  }
}

export const test = base.extend<Fixtures>({
  watcher: async ({}, use) => {
    const watcher = new Watcher();
    await use(watcher);
    expect(watcher.verdict(), "what the browser complained about").toEqual([]);
  },
  context: async ({ context, watcher }, use) => {
    watcher.watch(context);
    await use(context);
  },
  newBrowser: async ({ browser, contextOptions, watcher }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext(contextOptions);
      watcher.watch(context);
      contexts.push(context);
      return context;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
  expectRefusal: async ({ watcher }, use) => use((status, path) => watcher.announce(status, path)),
});

export { expect };

/** Whether the browsers of this run execute scripts. */
export const scripted = (): boolean => test.info().project.use.javaScriptEnabled !== false;
