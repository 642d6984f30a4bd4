// What the measurements send, and how they sum up.

import { Agent, request } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "node:child_process";

/** Sends forms as a signed-in page does, over connections that stay open. */
export class Client {
  #agent;

  constructor(origin, cookies, connections) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.origin = origin;
    this.headers = {
      cookie: cookies,
      origin,
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    };
  }

  /** The status that the form is answered with. */
  post(path, fields) {
    return new Promise((resolve, reject) => {
      const sent = request(this.origin + path, { method: "POST", agent: this.#agent, headers: this.headers }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode));
      });
      sent.on("error", reject);
      sent.end(new URLSearchParams(fields).toString());
    });
  }

  close() {
    this.#agent.destroy();
  }
}

/** The value that `share` per cent of them do not exceed. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * share) / 100) - 1)];
}

export const median = (values) => percentile(values, 50);

const SCRIPT = `
done = function(summary, latency)
    local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
    print(string.format("RESULT %.1f %.3f %d %d", summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000, bad,
        summary.bytes / math.max(summary.requests, 1)))
end
`;

/**
 * Asks for an address as often as it is answered: requests a second, the 99th percentile in milliseconds, and the bytes of
 * an answer with its headers. A request that fails ends the measurement.
 */
export function load(folder, { url, headers = {}, body }, seconds, connections = 32) {
  const script = join(folder, "wrk.lua");
  writeFileSync(script, `${body ? `wrk.method = "POST"\nwrk.body = ${JSON.stringify(body)}\n` : ""}${SCRIPT}`);
  const args = ["--threads", "1", "--connections", connections, "--duration", `${seconds}s`, "--timeout", "20s", "--script", script];
  for (const [name, value] of Object.entries(headers)) args.push("--header", `${name}: ${value}`);
  return new Promise((resolve, reject) => {
    const wrk = spawn("wrk", [...args.map(String), url], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    wrk.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    wrk.on("error", reject);
    wrk.on("close", () => {
      const [rate, p99, bad, bytes] = (/^RESULT (.*)$/m.exec(output)?.[1] ?? "").split(" ").map(Number);
      // Within the second of a warm-up there may be no answer yet.
      if (!(rate >= 0) || bad > 0 || (rate === 0 && seconds > 1)) reject(new Error(`${url}: ${bad} requests failed\n${output}`));
      else resolve({ rate, p99, bytes });
    });
  });
}

/**
 * Measures subjects in turn, several times round, so that what else the machine does concerns all of them alike. A subject is
 * `{ name, … }` as `measure` takes it. Returns the median of each figure by the name.
 */
export async function alternate(subjects, rounds, measure) {
  const results = new Map(subjects.map(({ name }) => [name, []]));
  for (const subject of subjects) await measure(subject, true);
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) results.get(subject.name).push(await measure(subject, false));
  }
  const figures = (all) => Object.fromEntries(Object.keys(all[0]).map((key) => [key, median(all.map((one) => one[key]))]));
  return Object.fromEntries([...results].map(([name, all]) => [name, figures(all)]));
}
