// Measures what a release costs where that does not hang on the clock, and compares it with tests/budgets.toml:
// `node budgets.mjs <folder of the release> <folder for data> <port> <port of the provider> [valgrind]`.
//
// Prints lines of the Test Anything Protocol. Without Valgrind the instructions are not counted, and without /proc the memory
// is not measured.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { signIn } from "../../end2end/clients/person.mjs";

const [release, data, port, providerPort, valgrind] = process.argv.slice(2);
const program = join(release, "tessera");
const base = `http://localhost:${port}`;
const provider = `http://localhost:${providerPort}`;
const joe = { email: "joe@example.com", password: "tessera-demo" };
const abc = "org_AbcInc0000000001";
const secret = "the secret of the application, for this measurement";

const environment = {
  PATH: process.env.PATH,
  HOST: "127.0.0.1",
  PORT: port,
  IDP_ADDR: `127.0.0.1:${providerPort}`,
  DATA_DIR: data,
  AUTH0_CLIENT_SECRET: secret,
  LEPTOS_SITE_ROOT: join(release, "site"),
  LEPTOS_HASH_FILES: "true",
  LOG: "error",
  // One thread runs all requests, so that their number of instructions is the same each time.
  TOKIO_WORKER_THREADS: "1",
};

let running;
process.on("exit", () => running?.kill("SIGKILL"));

/** Starts the server, by another program if one is named, and waits until it is ready. */
async function start(command = program, args = []) {
  const options = { cwd: data, env: environment, stdio: ["ignore", "ignore", "inherit"] };
  const server = spawn(command, [...args, ...(command === program ? [] : [program]), "serve"], options);
  running = server;
  for (let tries = 0; tries < 600; tries += 1) {
    if (server.exitCode !== null) throw new Error("The server has ended.");
    const status = await get("/readyz", {}).catch(() => 0);
    if (status === 200) return server;
    await sleep(200);
  }
  throw new Error("The server does not get ready.");
}

async function stop(server) {
  server.kill();
  if (server.exitCode === null) await once(server, "exit");
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Requests a path, reads the whole answer, and returns the status. */
function get(path, headers) {
  return new Promise((done, failed) => {
    const sent = request(`${base}${path}`, { agent, headers }, (answer) => {
      answer.resume().on("end", () => done(answer.statusCode)).on("error", failed);
    });
    sent.on("error", failed).end();
  });
}

/** Makes the data, and returns the headers of a person and of a program. */
async function prepare() {
  const server = await start();
  const cookies = new Map();
  // The first round signs the person in, the second one in to the workspace.
  for (let round = 0; round < 2; round += 1) {
    await signIn(`${base}/login?organization_name=abc-inc`, joe, `${base}/o/abc-inc`, cookies);
  }
  const callback = `${base}/callback`;
  const asked = { response_type: "code", client_id: "tessera", redirect_uri: callback, scope: "openid", state: "of this script" };
  const query = new URLSearchParams({ ...asked, audience: "https://api.tessera.example/", organization: abc });
  const led = await signIn(`${provider}/authorize?${query}`, joe, callback, new Map(cookies));
  const grant = { grant_type: "authorization_code", code: led.searchParams.get("code"), redirect_uri: callback };
  const body = new URLSearchParams({ ...grant, client_id: "tessera", client_secret: secret });
  const answer = await (await fetch(`${provider}/oauth/token`, { method: "POST", body })).json();
  if (!answer.access_token) throw new Error(`The provider gives no token: ${JSON.stringify(answer)}`);
  execFileSync(program, ["seed", "--project", "BENCH", "--tasks", "300"], { cwd: data, env: environment });
  await stop(server);
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  return {
    // As browsers ask.
    person: { cookie, accept: "text/html", "accept-encoding": "gzip, deflate, br, zstd" },
    program: { authorization: `Bearer ${answer.access_token}`, accept: "application/json" },
  };
}

/** Resident memory of an idle process in kB, and the part of it that is no file: what nobody else can have. */
async function idleMemory() {
  const server = await start();
  // The allocator gives back what the start has freed.
  await sleep(4_000);
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  const of = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+) kB`, "m"))[1]);
  const memory = { resident: of("VmRSS"), own: of("RssAnon") };
  await stop(server);
  return memory;
}

/** Counts the instructions of each request with Callgrind: the mean of several, after as many that warm up. */
async function instructions(headers) {
  const folder = join(data, "callgrind");
  mkdirSync(folder, { recursive: true });
  const out = join(folder, "out");
  const pipes = `--vgdb-prefix=${join(folder, "pipe")}`;
  const options = ["--tool=callgrind", "--quiet", "--instr-atstart=no", `--callgrind-out-file=${out}`, pipes];
  const server = await start(valgrind, options);
  // The names of the pipes contain HOST, so both sides need the same.
  const control = (...command) => execFileSync("vgdb", [pipes, `--pid=${server.pid}`, ...command], { env: environment, stdio: "pipe" });
  const count = async (path, headers, requests) => {
    const repeat = async () => {
      for (let number = 0; number < requests; number += 1) {
        const status = await get(path, headers);
        if (status !== 200) throw new Error(`${path} answers with status ${status}.`);
      }
    };
    await repeat();
    control("zero");
    await repeat();
    const before = new Set(readdirSync(folder));
    control("dump");
    const dump = readdirSync(folder).find((name) => !before.has(name));
    const [, total] = readFileSync(join(folder, dump), "utf8").match(/^(?:totals|summary): (\d+)/m);
    return Math.round(Number(total) / requests);
  };
  control("instrumentation", "on");
  const counts = {
    board: await count("/o/abc-inc/projects/BENCH/board", headers.person, 20),
    projects: await count("/api/v1/projects", headers.program, 100),
  };
  await stop(server);
  return counts;
}

/** Reads the budgets: sections with numbers. */
function budgets() {
  const read = {};
  let section = "";
  for (const line of readFileSync(new URL("../../tests/budgets.toml", import.meta.url), "utf8").split("\n")) {
    const [, name] = line.match(/^\[(.+)\]$/) ?? [];
    const [, key, value] = line.match(/^(\w+) = ([\d_]+)$/) ?? [];
    if (name) section = name;
    if (key) read[`${section}.${key}`] = Number(value.replaceAll("_", ""));
  }
  return read;
}

const allowed = budgets();
const measured = { "binary.bytes": statSync(program).size };
const headers = await prepare();
const skipped = [];
if (existsSync("/proc/self/status")) {
  const { resident, own } = await idleMemory();
  Object.assign(measured, { "idle_memory.resident_kilobytes": resident, "idle_memory.own_kilobytes": own });
} else {
  skipped.push("this system does not tell how much memory is resident");
}
if (valgrind) {
  const { board, projects } = await instructions(headers);
  Object.assign(measured, { "instructions.board": board, "instructions.projects": projects });
}

const margin = allowed["margin.percent"] / 100;
let number = 0;
let failed = 0;
for (const [name, value] of Object.entries(measured)) {
  number += 1;
  const budget = allowed[name];
  const limit = budget * (1 + margin);
  const figures = `${name}: ${value.toLocaleString("en")} of ${budget.toLocaleString("en")}`;
  if (value <= limit) {
    const hint = value < budget * (1 - 2 * margin) ? ", far below: lower the budget" : "";
    console.log(`ok ${number} - ${figures}${hint}`);
  } else {
    failed += 1;
    const share = Math.round((value / budget - 1) * 100);
    console.log(`not ok ${number} - ${figures}, ${share} % above; ${allowed["margin.percent"]} % are allowed (tests/budgets.toml)`);
  }
}
for (const reason of skipped) console.log(`# skipped: ${reason}`);
console.log(`# pass ${number - failed}`);
console.log(`# fail ${failed}`);
process.exit(failed ? 1 : 0);
