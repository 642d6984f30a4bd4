// Starts programs on a processor core of their own, and waits for them.

import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { request } from "node:http";
import { cpus } from "node:os";

const pins = cpus().length >= 2 && spawnSync("taskset", ["--version"]).status === 0;
/** Where servers run. The load, the databases and the browser share the core of this process. */
export const SERVER_CORE = "0";
export const LOAD_CORE = "1";
const running = new Set();

/** A program that runs until it is stopped. */
export class Program {
  /** Starts `command` on `core`. Its output goes into the file `log`. */
  constructor(name, command, args, { env, cwd, log, core = SERVER_CORE }) {
    const pinned = pins ? ["taskset", ["--cpu-list", core, command, ...args]] : [command, args];
    this.name = name;
    this.log = log;
    this.child = spawn(...pinned, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
    const output = createWriteStream(log);
    this.child.stdout.pipe(output);
    this.child.stderr.pipe(output);
    this.ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.once("error", (error) => output.write(`${error}\n`));
    running.add(this);
  }

  /** Waits until `url` is answered with the status `expected`; returns the milliseconds since `started`. */
  async ready(url, started = performance.now(), expected = 200) {
    const patience = performance.now() + 60_000;
    while ((await status(url)) !== expected) {
      if (this.child.exitCode !== null || performance.now() > patience) {
        throw new Error(`${this.name} did not start:\n${readFileSync(this.log, "utf8").slice(-3000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return performance.now() - started;
  }

  /** Resident memory in MB. */
  memory() {
    const { stdout } = spawnSync("ps", ["-o", "rss=", "-p", `${this.child.pid}`], { encoding: "utf8" });
    return Number(stdout) / 1024;
  }

  async stop() {
    if (running.delete(this) && this.child.exitCode === null) {
      this.child.kill("SIGTERM");
      await this.ended;
    }
  }
}

export const stopAll = () => Promise.all([...running].map((program) => program.stop()));

/** The status of an answer; 0 if there is none. */
function status(url) {
  return new Promise((resolve) => {
    const sent = request(url, { agent: false }, (answer) => resolve(answer.resume().statusCode));
    sent.on("error", () => resolve(0));
    sent.end();
  });
}

/** Runs a program to its end and returns what it prints. */
export function run(command, args, options = {}) {
  const { status: code, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26, ...options });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${error ?? stderr}`);
  return stdout;
}
