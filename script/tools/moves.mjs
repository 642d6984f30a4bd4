// How many moves of tasks a second the server takes:
// `node moves.mjs <origin> <cookies> <organization> <project> <tasks> <connections> <seconds>` prints the moves a second, the
// 99th percentile in milliseconds and how many failed. Several people move cards of one board at the same time.

import { Client, percentile } from "./requests.mjs";

const [origin, cookies, organization, project, tasks, connections, seconds] = process.argv.slice(2);
const client = new Client(origin, cookies, Number(connections));
const states = ["backlog", "todo", "in-progress", "done"];
const until = performance.now() + Number(seconds) * 1000;
const times = [];
let failed = 0;

/** Moves card after card, each to the end of another column. */
async function moveAbout(first) {
  for (let turn = 0; performance.now() < until; turn += 1) {
    const number = ((first + turn * Number(connections)) % Number(tasks)) + 1;
    const started = performance.now();
    const status = await client.post("/fn/move_task", {
      org: organization,
      key: `${project}-${number}`,
      state: states[(turn + first + number) % states.length],
    });
    times.push(performance.now() - started);
    if (status !== 200) failed += 1;
  }
}

const started = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, (_, first) => moveAbout(first)));
const passed = (performance.now() - started) / 1000;
console.log(Math.round((times.length - failed) / passed), percentile(times, 99).toFixed(1), failed);
client.close();
