// Two nodes with one PostgreSQL database: a change on one node appears on open pages of the other.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { type Server, createServer } from "node:net";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { alice, continueAs, dana } from "./support/people.ts";
import { data, environment, program } from "./support/server.ts";
import { test as base, expect } from "./support/test.ts";
import { addTask, boardPath, card, column, createProject, newProject, open, takenOver } from "./support/workspace.ts";

interface Nodes {
  /** The address of the first node, which also runs the provider. */
  first: string;
  second: string;
  stopSecond: () => Promise<void>;
  startSecond: () => Promise<void>;
}

/** Listens on a free port of loopback. */
async function listen(): Promise<Server> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Closes the server and returns its address, which is then free. */
async function release(server: Server): Promise<string> {
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("A TCP server has an address and a port.");
  await once(server.close(), "close");
  return `http://localhost:${address.port}`;
}

/** Finds three different free addresses: all ports are reserved before the first is released. */
async function freeAddresses(): Promise<[string, string, string]> {
  const [first, second, third] = await Promise.all([listen(), listen(), listen()]);
  return Promise.all([release(first), release(second), release(third)]);
}

/** Starts a node and waits until it serves. */
async function start(address: string, settings: Record<string, string>): Promise<ChildProcess> {
  const { DATABASE_URL: _, ...rest } = environment;
  const env = { ...process.env, ...rest, PORT: new URL(address).port, APP_BASE_URL: address, ...settings };
  const node = spawn(program, ["serve"], { cwd: data, env, stdio: ["ignore", "ignore", "inherit"] });
  await expect
    .poll(() => fetch(`${address}/readyz`).then((answer) => answer.status, () => 0), { timeout: 60_000 })
    .toBe(200);
  return node;
}

async function stop(node: ChildProcess): Promise<void> {
  if (node.exitCode !== null) return;
  node.kill("SIGTERM");
  await once(node, "exit");
}

const test = base.extend<object, { nodes: Nodes }>({
  nodes: [
    async ({}, use) => {
      const { TESSERA_POSTGRES_URL: database, TESSERA_POSTGRES_OWNER_URL: owner } = process.env;
      if (!database || !owner) throw new Error("Please run the browser tests with: script/test browser");
      const [first, second, provider] = await freeAddresses();
      const folder = join(data, "nodes");
      mkdirSync(folder, { recursive: true });
      const shared = {
        DATABASE_URL: database,
        MIGRATION_DATABASE_URL: owner,
        SESSION_SECRET: "two nodes that know the same secret",
        AUTH0_CLIENT_SECRET: "what both nodes show the provider",
      };
      const one = await start(first, { ...shared, DATA_DIR: folder, IDP_ADDR: new URL(provider).host.replace("localhost", "127.0.0.1") });
      const startSecond = () =>
        start(second, {
          ...shared,
          AUTH0_ISSUER_URL: `${provider}/`,
          AUTH0_CLIENT_ID: "tessera",
          AUTH0_AUDIENCE: "https://api.tessera.example/",
        });
      let two = await startSecond();
      await use({
        first,
        second,
        stopSecond: () => stop(two),
        startSecond: async () => {
          two = await startSecond();
        },
      });
      await Promise.all([stop(one), stop(two)]);
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ nodes }, use) => use(nodes.first),
});

/** Signs in at the first node and opens a page of the node at `address`, which shares the sessions. */
async function signInAt(page: Page, person: typeof dana, address: string, path: string): Promise<void> {
  await page.goto("/o/acme");
  await continueAs(page, person);
  await expect(page).toHaveURL("/o/acme");
  await takenOver(page);
  await open(page, address + path);
}

test("changes at one node appear at the other, also after it restarted", async ({ browser, nodes, page }) => {
  await signInAt(page, alice, nodes.first, "/o/acme");
  const project = newProject();
  await createProject(page, "acme", project);
  // This browser is not watched for errors, since it reports one when its node stops.
  const other = await (await browser.newContext()).newPage();
  await signInAt(other, dana, nodes.second, boardPath("acme", project));

  const [seesDana, seesAlice] = [
    page.getByRole("img", { name: `Also viewing: ${dana.name}` }),
    other.getByRole("img", { name: `Also viewing: ${alice.name}` }),
  ];
  await test.step("each sees the presence of the other", async () => {
    await expect(seesDana).toBeVisible();
    await expect(seesAlice).toBeVisible();
  });
  await test.step("a task and its move", async () => {
    await addTask(page, "backlog", "From the first node");
    await expect(card(column(other, "backlog"), `${project.key}-1`)).toContainText("From the first node");
    await card(other, `${project.key}-1`).focus();
    for (const key of ["Space", "ArrowRight", "Space"]) await other.keyboard.press(key);
    await expect(card(column(page, "todo"), `${project.key}-1`)).toBeVisible();
  });
  await test.step("changes during the restart appear once", async () => {
    await nodes.stopSecond();
    await expect(seesDana).toHaveCount(0);
    await addTask(page, "backlog", "Meanwhile");
    await expect(card(other, `${project.key}-2`)).toHaveCount(0);
    await nodes.startSecond();
    await expect(card(column(other, "backlog"), `${project.key}-2`)).toContainText("Meanwhile");
    await expect(other.locator("[data-testid^=task-card-]")).toHaveCount(2);
    await expect(seesDana).toBeVisible();
    await expect(seesAlice).toBeVisible();
    await addTask(page, "backlog", "Afterwards");
    await expect(card(column(other, "backlog"), `${project.key}-3`)).toHaveCount(1);
  });
  await other.context().close();
});
