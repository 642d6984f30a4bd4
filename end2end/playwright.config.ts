// Runs the browser tests against a build that this configuration starts itself, on its own ports and with its own data.
// `script/test browser` fills in the environment.

import { join } from "node:path";
import { defineConfig, devices } from "@playwright/test";
import { baseURL, data, environment, program } from "./support/server.ts";

const { env } = process;

const chromium = {
  ...devices["Desktop Chrome"],
  launchOptions: {
    ...(env.CHROMIUM ? { executablePath: env.CHROMIUM } : {}),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Each test has its own browser. Its pages do not run long enough to benefit from optimized WebAssembly code.
      "--js-flags=--no-wasm-tier-up",
    ],
  },
};

// The client tests have their own runner.
const clients = "clients/**";

export default defineConfig({
  testDir: ".",
  outputDir: env.TESSERA_OUTPUT ?? join(data, "browser"),
  // The tests share one server with one set of demo people.
  workers: 1,
  forbidOnly: true,
  // The timeouts allow for a busy machine: a test that hangs fails, a slow test does not.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  // The summary of script/test lists each test that passes only on the second attempt.
  retries: 1,
  reporter: [["list"], ["json"]],
  // Traces cost a third of the run time. TESSERA_TRACE=1 records them for a failure that needs more information.
  use: { baseURL, trace: env.TESSERA_TRACE ? "retain-on-failure" : "off", screenshot: "only-on-failure" },
  projects: [
    { name: "javascript", testIgnore: clients, use: chromium },
    // nodes.spec.ts runs only with scripts: live updates need them, and its PostgreSQL database serves a single run.
    { name: "no-javascript", testIgnore: [clients, "nodes.spec.ts"], use: { ...chromium, javaScriptEnabled: false } },
  ],
  webServer: {
    command: `exec "${program}" serve`,
    // The working directory is outside the clone, whose .env file belongs to the developer.
    cwd: data,
    url: `${baseURL}/healthz`,
    timeout: 30_000,
    stdout: "pipe",
    gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
    env: environment,
  },
});
