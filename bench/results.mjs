// Keeps what was measured in docs/performance/results.json, each part with its circumstances, and writes the page from it.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { spawnSync } from "node:child_process";
import { report } from "./report.mjs";

const FILE = "docs/performance/results.json";

const first = (command, ...args) => {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n")[0] : undefined;
};

const version = (peer, name) => JSON.parse(readFileSync(`bench/peers/${peer}/package.json`, "utf8")).dependencies[name];

const circumstances = () => ({
  processor: `${cpus().length} × ${cpus()[0].model}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
  system: `${type()} ${release().split("-")[0]}`,
  rust: first("rustc", "--version")?.split(" ")[1],
  node: process.versions.node,
  postgres: first(`${process.env.BENCH_PSQL}/postgres`, "--version")?.match(/[0-9.]+/)[0],
  chromium: process.env.CHROMIUM && first(process.env.CHROMIUM, "--version")?.match(/[0-9.]+/)?.[0],
  nest: version("nest", "@nestjs/core"),
  next: version("next", "next"),
});

export class Results {
  constructor(form) {
    this.form = form;
    this.all = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : {};
    this.circumstances = circumstances();
    // Unknown for a build that BENCH_DIST names.
    this.commit = process.env.BENCH_COMMIT;
    // What else the machine does.
    this.busy = loadavg()[0];
  }

  put(part, data) {
    const at = new Date().toISOString().slice(0, 10);
    this.all[part] = { at, form: this.form, commit: this.commit, busy: this.busy, circumstances: this.circumstances, data };
    this.write();
  }

  write() {
    writeFileSync(FILE, `${JSON.stringify(this.all, undefined, 1)}\n`);
    report(this.all);
  }
}
