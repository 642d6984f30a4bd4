// Open pages that are told of changes.

import { request } from "node:http";
import { Client, percentile } from "./requests.mjs";

/** Opens `count` streams of an organization, shared out among `browsers`, which are lists of cookies. */
export function openStreams(server, browsers, organization, count) {
  const open = (index) => listen(`${server.base}/o/${organization}/live`, browsers[index % browsers.length]);
  return Promise.all(Array.from({ length: count }, (_, index) => open(index)));
}

/** Opens a stream and resolves when its first bytes are there. */
function listen(url, cookie) {
  const stream = { numbers: [], times: [] };
  return new Promise((resolve, reject) => {
    const opened = request(url, { agent: false, headers: { cookie } }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`a stream was answered with ${answer.statusCode}`));
      let received = "";
      answer.setEncoding("utf8");
      answer.on("error", () => {});
      answer.on("data", (chunk) => {
        resolve(Object.assign(stream, { close: () => opened.destroy() }));
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

/**
 * Moves a task and waits until all streams were told, `moves` times. Returns the milliseconds from sending the move until the
 * first and the last stream was told (medians), and the 99th percentile over all streams. Every stream must get every event
 * once and in order.
 */
export async function tellStreams(server, streams, cookies, organization, task, moves) {
  const client = new Client(server.base, cookies, 1);
  const [waits, first, last] = [[], [], []];
  for (let turn = 0; turn < moves; turn += 1) {
    const sent = performance.now();
    const status = await client.post("/fn/move_task", { org: organization, key: task, state: turn % 2 ? "done" : "todo" });
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
  client.close();
  const isWrong = ({ numbers }) => numbers.length !== moves || numbers.some((number, at) => at > 0 && number !== numbers[at - 1] + 1);
  const wrong = streams.filter(isWrong).length;
  if (wrong > 0) throw new Error(`${wrong} of ${streams.length} streams were not told everything once and in order`);
  return { first: percentile(first, 50), last: percentile(last, 50), p99: percentile(waits, 99) };
}
