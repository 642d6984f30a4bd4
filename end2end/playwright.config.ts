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
      // Each test has a browser of its own, in which nothing runs long enough to be worth compiling twice.
      "--js-flags=--no-wasm-tier-up",
    ],
  },
};

// They have a runner of their own.
const clients = "clients/**";

export default defineConfig({
  testDir: ".",
  outputDir: env.TESSERA_OUTPUT ?? join(data, "browser"),
  // The tests share one server with one set of demo people.
  workers: 1,
  forbidOnly: true,
  // For machines that do something else besides: a test that hangs is found, one that is slow is not failed.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  // A test that fails once and then passes is named at the end of script/test.
  retries: 1,
  reporter: [["list"], ["json"]],
  // A trace of every test costs a third of the time; TESSERA_TRACE=1 records them where a failure does not explain itself.
  use: { baseURL, trace: env.TESSERA_TRACE ? "retain-on-failure" : "off", screenshot: "only-on-failure" },
  projects: [
    { name: "javascript", testIgnore: clients, use: chromium },
    // Pages are live with scripts alone; and the nodes of one run alone fit into the database.
    { name: "no-javascript", testIgnore: [clients, "nodes.spec.ts"], use: { ...chromium, javaScriptEnabled: false } },
  ],
  webServer: {
    command: `exec "${program}" serve`,
    // Away from the clone, whose .env is the developer's.
    cwd: data,
    url: `${baseURL}/healthz`,
    timeout: 30_000,
    stdout: "pipe",
    gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
    env: environment,
  },
});
