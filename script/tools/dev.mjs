// Serves a development build and applies changes to it: `node dev.mjs <dist> [options of tessera serve]`, from the root of
// the clone, after script/build. script/dev calls it and says what it does.
//
// An open page (reload.js) looks at <dist>/site/pkg/dev.json, which names the time of the last change:
//   { "page": …, "style": …, "files": addresses in public/ that have changed }

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, watch, writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

const [dist, ...options] = process.argv.slice(2);
const folders = ["src", "style", "public", "migrations", "deploy"];
const files = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo/config.toml", ".env"];
const compiledStyles = ["style/provider.css", "style/console.css"];
/** Editors save in several steps, and a branch is checked out in many. */
const SETTLED_MS = 60;
const STOP_MS = 3000;

const say = (text) => console.log(`[dev] ${text}`);
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

// What has changed.

const isTemporary = (name) => name.startsWith(".") || /(~|\.(swp|swx|tmp|bak|orig))$/.test(name) || name === "4913";

/** The state of each watched file. Watches new folders on the way. */
function scan() {
  const found = new Map();
  const add = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile()) found.set(path, `${stat.mtimeMs} ${stat.size} ${stat.ino}`);
  };
  const enter = (folder) => {
    watchFolder(folder);
    let entries = [];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return; // Deleted meanwhile.
    }
    for (const entry of entries) {
      if (isTemporary(entry.name)) continue;
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) enter(path);
      else add(path);
    }
  };
  for (const folder of folders) enter(folder);
  for (const file of files) {
    watchFolder(dirname(file));
    add(file);
  }
  return found;
}

// One watch a folder: a recursive one misses replaced files on Linux in Node 20.
const watched = new Map();
function watchFolder(folder) {
  if (watched.has(folder)) return;
  try {
    const watcher = watch(folder, settle);
    const forget = () => {
      watcher.close();
      watched.delete(folder);
    };
    watcher.on("error", forget);
    watched.set(folder, watcher);
  } catch {
    // Deleted meanwhile.
  }
}

let timer;
function settle() {
  clearTimeout(timer);
  timer = setTimeout(compare, SETTLED_MS);
}

let known = scan();
function compare() {
  for (const folder of watched.keys()) {
    if (existsSync(folder)) continue;
    watched.get(folder).close();
    watched.delete(folder);
  }
  const found = scan();
  const changed = [...new Set([...known.keys(), ...found.keys()])].filter((path) => known.get(path) !== found.get(path));
  known = found;
  if (changed.length === 0) return;
  const isStyle = (path) => path.startsWith("style/") && !compiledStyles.includes(path);
  const isPublic = (path) => path.startsWith("public/");
  const published = changed.filter(isPublic);
  const rest = changed.filter((path) => !isStyle(path) && !isPublic(path));
  if (changed.some(isStyle)) void applyStyle();
  if (published.length > 0) void applyPublic(published);
  if (rest.length > 0) void applySources(rest);
}

// What is done about it.

const state = { page: Date.now(), style: 0, files: [] };
function announce(change) {
  Object.assign(state, change);
  const path = join(dist, "site/pkg/dev.json");
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}

const run = (command, args, settings = {}) => {
  const child = spawn(command, args, { stdio: "inherit", ...settings });
  const ended = new Promise((done) => {
    child.on("error", (error) => {
      say(error.message);
      done(1);
    });
    child.on("exit", (code) => done(code ?? 1));
  });
  return { child, ended };
};

async function applyStyle() {
  const started = performance.now();
  const code = await run(process.execPath, ["script/tools/assets.mjs", "style", "", dist]).ended;
  if (code !== 0) return say("The style sheet could not be bundled.");
  announce({ style: Date.now() });
  say(`Style sheet: ${seconds(started)}`);
}

async function applyPublic(paths) {
  for (const path of paths) {
    const target = join(dist, "site", path.slice("public/".length));
    if (known.has(path)) {
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(path, target);
    } else {
      rmSync(target, { force: true });
    }
  }
  // The server looks for the names at the top of the folder when it starts.
  if (paths.some((path) => path.split("/").length === 2)) await restart();
  announce({ page: Date.now(), files: paths.filter((path) => known.has(path)).map((path) => path.slice("public".length)) });
  say(`Copied: ${paths.join(", ")}`);
}

let build;
async function applySources(paths) {
  const started = performance.now();
  say(`Changed: ${paths.length > 3 ? `${paths.length} files` : paths.join(", ")}`);
  // A build of what has changed again meanwhile is of no use.
  if (build) await stopBuild();
  const before = built();
  // A process group of its own, to stop cargo and rustc with it.
  const current = run("script/build", ["dev"], { detached: true });
  build = current;
  const code = await current.ended;
  if (build !== current) return;
  build = undefined;
  if (code !== 0) return say("The build failed; the server before it goes on.");
  if (built() === before && !paths.includes(".env")) {
    announce({});
    return say(`Nothing to reload: ${seconds(started)}`);
  }
  await restart();
  announce({ page: Date.now(), files: [] });
  say(`Built: ${seconds(started)}`);
}

async function stopBuild() {
  const { child, ended } = build;
  build = undefined;
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has just ended.
  }
  await ended;
}

/** Digests of what a build makes: the server, and the WASM. */
function built() {
  return ["tessera", "site/pkg/tessera.wasm"]
    .map((name) => createHash("sha256").update(readFileSync(join(dist, name))).digest("hex"))
    .join();
}

let server;
function start() {
  const current = run(join(dist, "tessera"), ["serve", ...options]);
  server = current;
  void current.ended.then((code) => {
    if (server !== current) return;
    server = undefined;
    say(`The server has ended with ${code}. Save a change to start it again, or press Ctrl+C.`);
  });
}

async function stop() {
  if (!server) return;
  const { child, ended } = server;
  server = undefined;
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(impatient);
}

async function restart() {
  await stop();
  start();
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, async () => {
    if (build) await stopBuild();
    await stop();
    process.exit(0);
  });
}

start();
announce({});
say("Watching for changes.");
