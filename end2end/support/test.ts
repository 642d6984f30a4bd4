// The `test` of every file in this folder. It watches the browsers. A test fails on an error or a warning on the
// console, an error in a page, a failed request, or a response with status 400 or above that the test has not
// announced. Hydration warnings are warnings on the console.

import { type BrowserContext, test as base, expect } from "@playwright/test";

/** An error response that the test expects. */
interface Refusal {
  status: number;
  path: string | RegExp;
}

interface Fixtures {
  /** Expects a response with `status` to a request to `path`. The test fails if no such response arrives. */
  expectRefusal: (status: number, path: string | RegExp) => void;
  /** Accepts errors on the console and in pages: the program of a page is about to end. */
  expectPanic: () => void;
  /** Opens another browser with its own cookies. */
  newBrowser: () => Promise<BrowserContext>;
  watcher: Watcher;
}

/** Chromium's error for a request without a network. */
const OFFLINE = "net::ERR_INTERNET_DISCONNECTED";

class Watcher {
  readonly #announced: Refusal[] = [];
  readonly #seen = new Set<Refusal>();
  readonly #problems: string[] = [];
  expectsPanic = false;

  announce(status: number, path: string | RegExp): void {
    this.#announced.push({ status, path });
  }

  watch(context: BrowserContext): void {
    context.on("weberror", (error) => this.expectsPanic || this.#problems.push(`error in a page: ${error.error()}`));
    context.on("console", (message) => {
      // Chromium logs this message for a refused request. The response handler below checks the response.
      if (message.text().startsWith("Failed to load resource: the server responded with a status of")) return;
      // Only tests that go offline cause this message.
      if (message.text().includes(OFFLINE)) return;
      if (this.expectsPanic || !["error", "warning", "assert"].includes(message.type())) return;
      // Without scripts, the preloads of the scripts are unused. Chromium warns about them on an open page.
      if (!scripted() && message.text().includes("was preloaded using link preload but not used")) return;
      this.#problems.push(`console ${message.type()} on ${message.page()?.url()}: ${message.text()}`);
    });
    context.on("requestfailed", (request) => {
      // Leaving a page aborts its requests.
      if (request.failure()?.errorText === "net::ERR_ABORTED") return;
      if (request.failure()?.errorText === OFFLINE) return;
      // Without scripts, Chromium reports the requests for scripts as blocked.
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
  expectPanic: async ({ watcher }, use) =>
    use(() => {
      watcher.expectsPanic = true;
    }),
});

export { expect };

/** Whether the browsers of this run execute scripts. */
export const scripted = (): boolean => test.info().project.use.javaScriptEnabled !== false;
