// How long it takes until everybody who has a page open is told of a move:
// `node streams.mjs <origin> <cookies> <organization> <task> <streams> <moves>`, with the cookies of one browser on each
// line, prints, in milliseconds from the moment a move is sent, when the first and the last of the streams had it
// (medians), the 99th percentile over all streams, and how many streams did not get every event once and in order.

import { request } from "node:http";
import { Client, percentile } from "./requests.mjs";

const [origin, cookies, organization, task, count, moves] = process.argv.slice(2);
const browsers = cookies.split("\n");
const client = new Client(origin, browsers[0], 1);
const stream = (index) => ({ cookie: browsers[index % browsers.length], numbers: [], times: [] });
const streams = Array.from({ length: Number(count) }, (_, index) => stream(index));

/** Opens a stream and resolves when its first bytes are there. */
function listen(stream) {
  return new Promise((resolve, reject) => {
    const opened = request(`${origin}/o/${organization}/live`, { agent: false, headers: { cookie: stream.cookie } }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`a stream was answered with ${answer.statusCode}`));
      let received = "";
      answer.setEncoding("utf8");
      answer.on("error", () => {});
      answer.on("data", (chunk) => {
        resolve(opened);
        received += chunk;
        for (let end = received.indexOf("\n\n"); end >= 0; end = received.indexOf("\n\n")) {
          const block = received.slice(0, end);
          received = received.slice(end + 2);
          if (!/^data: ?\{/m.test(block)) continue;
          stream.numbers.push(Number(/^id: ?(\d+)$/m.exec(block)[1]));
          stream.times.push(performance.now());
        }
      });
    });
    opened.on("error", reject);
    opened.end();
  });
}

const open = await Promise.all(streams.map(listen));
const waits = [];
const [first, last] = [[], []];
for (let turn = 0; turn < Number(moves); turn += 1) {
  const sent = performance.now();
  const state = turn % 2 ? "done" : "todo";
  const status = await client.post("/fn/move_task", { org: organization, key: task, state });
  if (status !== 200) throw new Error(`a move was answered with ${status}`);
  const patience = performance.now() + 10_000;
  while (streams.some(({ numbers }) => numbers.length <= turn) && performance.now() < patience) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const took = streams.map(({ times }) => (times[turn] ?? Number.POSITIVE_INFINITY) - sent);
  waits.push(...took);
  first.push(Math.min(...took));
  last.push(Math.max(...took));
}
const wrong = streams.filter(({ numbers }) => numbers.length !== Number(moves) || numbers.some((n, i) => i > 0 && n !== numbers[i - 1] + 1));
console.log(percentile(first, 50).toFixed(1), percentile(last, 50).toFixed(1), percentile(waits, 99).toFixed(1), wrong.length);
for (const opened of open) opened.destroy();
client.close();
