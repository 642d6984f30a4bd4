// Runs the browser tests against a release build that this configuration starts itself, on its own ports and with its own
// data. `script/test browser` fills in the environment.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig, devices } from "@playwright/test";

const { env } = process;
const dist = env.TESSERA_DIST_DIR;
if (!dist) throw new Error("Please run the browser tests with: script/test browser");

const port = env.TESSERA_PORT ?? "3100";
const identityProviderPort = env.TESSERA_IDP_PORT ?? "4500";
const data = env.TESSERA_DATA ?? mkdtempSync(join(tmpdir(), "tessera-end2end-"));
const baseURL = `http://localhost:${port}`;

const chromium = {
  ...devices["Desktop Chrome"],
  launchOptions: {
    executablePath: env.CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
};

export default defineConfig({
  testDir: ".",
  outputDir: env.TESSERA_OUTPUT ?? join(data, "browser"),
  // The tests share one server with one set of demo people.
  workers: 1,
  forbidOnly: true,
  reporter: [["list"], ["json"]],
  use: { baseURL, trace: "retain-on-failure", screenshot: "only-on-failure" },
  projects: [
    { name: "javascript", use: chromium },
    { name: "no-javascript", use: { ...chromium, javaScriptEnabled: false } },
  ],
  webServer: {
    command: `exec "${dist}/tessera" serve`,
    // Away from the clone, whose .env is the developer's.
    cwd: data,
    url: `${baseURL}/healthz`,
    timeout: 30_000,
    stdout: "pipe",
    gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
    env: {
      HOST: "127.0.0.1",
      PORT: port,
      APP_BASE_URL: baseURL,
      IDP_ADDR: `127.0.0.1:${identityProviderPort}`,
      METRICS_ADDR: `127.0.0.1:${env.TESSERA_METRICS_PORT ?? "9100"}`,
      DATA_DIR: data,
      DATABASE_URL: `sqlite://${join(data, "tessera.db")}`,
      LEPTOS_SITE_ROOT: join(dist, "site"),
      LEPTOS_HASH_FILES: "true",
    },
  },
});
