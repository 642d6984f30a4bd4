// Measures: `node main.mjs short|whole [part…]` with what script/bench passes in the environment, from the root of the clone.
//
// BENCH_FOLDER is for data, BENCH_POSTGRES the port of a PostgreSQL, BENCH_DIST the release build, BENCH_BEFORE another one
// that is measured beside it; BENCH_NEST, BENCH_NEXT and BENCH_FLOOR are the peers, BENCH_END2END has Playwright.

import { createServer } from "node:net";
import { join } from "node:path";
import { run as execute, stopAll } from "./processes.mjs";
import { Tessera } from "./tessera.mjs";
import { startFloor, startNest, startNext } from "./peers.mjs";
import * as pages from "./pages.mjs";
import * as server from "./server.mjs";
import { noisy } from "./noisy.mjs";
import { rebuild } from "./rebuild.mjs";
import { Results } from "./results.mjs";

const { BENCH_FOLDER: folder, BENCH_POSTGRES: postgresPort, BENCH_BEFORE: earlier } = process.env;
const [form, ...chosen] = process.argv.slice(2);

const SHORT = { rounds: 2, seconds: 2, turns: 20, loads: 3, shifts: 10, scale: { organizations: 100, tasks: 50_000, comments: 12_500 } };
const WHOLE = { rounds: 5, seconds: 5, turns: 40, loads: 5, shifts: 50, scale: { organizations: 1_000, tasks: 1_000_000, comments: 250_000 } };
const usual = ["beside", "scale", "moves", "server", "browser", ...(form === "short" ? [] : ["further", "noisy", "rebuild"])];
const parts = chosen.length > 0 ? chosen : usual;
const size = { folder, ...(form === "short" ? SHORT : WHOLE) };

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const owner = (database) => `postgres://postgres@127.0.0.1:${postgresPort}/${database}`;
const psql = (database, sql) => execute(join(process.env.BENCH_PSQL, "psql"), ["--quiet", "--no-psqlrc", "--dbname", owner(database), "--command", sql]);

const started = new Map();
/** Starts a server with data, once: `sqlite`, `postgres`, at scale or of the earlier build. */
async function tessera(kind, { isScale = false, isBefore = false } = {}) {
  const name = `${kind}${isScale ? "_scale" : ""}${isBefore ? "_before" : ""}`;
  if (started.has(name)) return started.get(name);
  say(`${name}: starting with data`);
  let database;
  if (kind === "postgres") {
    psql("postgres", `CREATE DATABASE bench_${name}`);
    database = { url: `postgres://tessera_app@127.0.0.1:${postgresPort}/bench_${name}`, migration: owner(`bench_${name}`) };
  }
  const ports = [await freePort(), await freePort()];
  const one = new Tessera(name, join(folder, name), ports, database, isBefore ? earlier : undefined);
  started.set(name, one);
  await one.start();
  one.seedBoard();
  if (isScale) {
    const began = performance.now();
    one.seedScale(size.scale);
    one.seedSeconds = (performance.now() - began) / 1000;
  } else {
    one.seedSmall();
  }
  // This PostgreSQL does not do by itself what every other does soon after so many new rows.
  if (database) psql(`bench_${name}`, "VACUUM ANALYZE");
  one.cookies = await one.signIn();
  return one;
}

/** The servers with small data. */
async function small() {
  const [sqlite, postgres] = [await tessera("sqlite"), await tessera("postgres")];
  const isBefore = true;
  const before = earlier && { sqlite: await tessera("sqlite", { isBefore }), postgres: await tessera("postgres", { isBefore }) };
  return { sqlite, postgres, before };
}

const say = (text) => console.log(`[bench] ${text}`);

const measure = {
  async beside(results) {
    const { sqlite, postgres, before } = await small();
    const ports = [await freePort(), await freePort(), await freePort()];
    const nest = startNest(postgres, ports[0], folder);
    const next = startNext(postgres, ports[1], folder);
    const floor = await startFloor(sqlite, ports[2], folder);
    // Each answers, if only that nobody is signed in or that there is no such page.
    await Promise.all([next.ready(next.board()), floor.ready(floor.board()), nest.ready(`${nest.base}/api/v1/projects`, undefined, 401)]);
    results.put("boards", await pages.boards(size, { sqlite, postgres, next, floor, before }));
    results.put("projects", await pages.projects(size, { sqlite, postgres, nest, floor, before }));
    await Promise.all([nest, next, floor].map((peer) => peer.stop()));
    results.put("pages", await pages.pages(size, { SQLite: sqlite, ...(before && { before: before.sqlite }) }));
  },
  async scale(results) {
    const { sqlite, postgres } = await small();
    const isScale = true;
    const [large, largePostgres] = [await tessera("sqlite", { isScale }), await tessera("postgres", { isScale })];
    const servers = { SQLite: sqlite, "SQLite at scale": large, PostgreSQL: postgres, "PostgreSQL at scale": largePostgres };
    const figures = await pages.pages(size, servers);
    results.put("scale", { size: size.scale, figures, seeded: { SQLite: large.seedSeconds, PostgreSQL: largePostgres.seedSeconds } });
    const { before } = await small();
    const all = { SQLite: sqlite, PostgreSQL: postgres, "SQLite at scale": large, "PostgreSQL at scale": largePostgres };
    results.put("starts", await server.starts({ ...all, ...(before && { before: before.sqlite }) }, 5));
    await Promise.all([large.stop(), largePostgres.stop()]);
  },
  async moves(results) {
    results.put("moves", await pages.movesOnBoth(size, await small()));
  },
  async server(results) {
    const { sqlite, before } = await small();
    const now = await server.idleMemory(sqlite);
    results.put("memory", { now, ...(before && { before: await server.idleMemory(before.sqlite) }) });
    results.put("change", await server.organizationSwitch(sqlite, 10 * size.turns));
    results.put("streams", await server.openPages(size, sqlite));
  },
  async browser(results) {
    const { phone, shift, bytes } = await import("./chromium.mjs");
    const { sqlite, before } = await small();
    const board = new URL(sqlite.board()).pathname;
    const earlierPhone = before && { before: await phone(before.sqlite, board, size.loads) };
    results.put("phone", { now: await phone(sqlite, board, size.loads), ...earlierPhone });
    results.put("shift", await shift(sqlite, board, size.shifts));
    results.put("bytes", { routes: await bytes(sqlite), ...(before && { before: await bytes(before.sqlite) }) });
  },
  async further(results) {
    results.put("further", await pages.further(size, await tessera("sqlite")));
  },
  async noisy(results) {
    const { sqlite, postgres } = await small();
    const times = { ...size, rounds: 3, seconds: Math.min(size.seconds, 3) };
    results.put("noisy", { SQLite: await noisy(times, sqlite), PostgreSQL: await noisy(times, postgres) });
  },
  async rebuild(results) {
    results.put("rebuild", await rebuild(folder, [await freePort(), await freePort()]));
  },
};

const results = new Results([...(form === "short" ? [form] : []), ...chosen].join(" "));
try {
  for (const part of parts) {
    const began = performance.now();
    say(`${part}: begins`);
    await measure[part](results);
    say(`${part}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await stopAll();
}
results.write();
