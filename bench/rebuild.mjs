// How long a change takes until it is seen with script/dev, in a copy of the clone that is removed afterwards.

import { createHash } from "node:crypto";
import { createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { run } from "./processes.mjs";

/** Compiling everything for the first time. */
const FIRST_BUILD = 40 * 60_000;
const CHANGE = 10 * 60_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What is changed, and the address where it is seen. */
const CHANGES = [
  {
    name: "a page",
    file: "src/web/account/sign_in.rs",
    path: "/sign-in",
    apply: (text, word) => text.replace('<h1>"Sign in"</h1>', `<h1>"Sign in ${word}"</h1>`),
  },
  { name: "the style sheet", file: "style/main.css", path: "/pkg/tessera.css", apply: (text, word) => `${text}\n.seen-${word} { color: red }\n` },
];

async function seen(url, word, patience) {
  const until = performance.now() + patience;
  while (performance.now() < until) {
    try {
      if ((await (await fetch(url)).text()).includes(word)) return;
    } catch {
      // The server is being started again.
    }
    await pause(50);
  }
  throw new Error(`${word} was not seen at ${url}`);
}

/** The seconds of each change. */
export async function rebuild(folder, [port, providerPort]) {
  const copy = join(folder, "clone");
  run("git", ["worktree", "add", "--detach", copy, "HEAD"]);
  const base = `http://localhost:${port}`;
  const env = {
    ...process.env, HOST: "127.0.0.1", PORT: `${port}`, APP_BASE_URL: base, IDP_ADDR: `127.0.0.1:${providerPort}`,
    DATA_DIR: join(folder, "dev"),
  };
  const dev = spawn("script/dev", [], { cwd: copy, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const log = createWriteStream(join(folder, "dev.log"));
  dev.stdout.pipe(log);
  dev.stderr.pipe(log);
  try {
    await seen(`${base}/healthz`, "", FIRST_BUILD);
    await pause(2_000);
    const figures = {};
    for (const { name, file, path, apply } of CHANGES) {
      const source = readFileSync(join(copy, file), "utf8");
      const word = createHash("sha256").update(`${name}${Date.now()}`).digest("hex").slice(0, 12);
      const changed = apply(source, word);
      if (changed === source) throw new Error(`${file} has no place for the change`);
      const started = performance.now();
      writeFileSync(join(copy, file), changed);
      await seen(base + path, word, CHANGE);
      figures[name] = (performance.now() - started) / 1000;
      await pause(2_000);
    }
    return figures;
  } finally {
    process.kill(-dev.pid, "SIGTERM");
    await new Promise((resolve) => dev.once("exit", resolve));
    run("git", ["worktree", "remove", "--force", copy]);
  }
}
