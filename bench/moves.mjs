// How many moves of tasks a second the server takes.

import { Client, percentile } from "./requests.mjs";

const STATES = ["backlog", "todo", "in-progress", "done"];

/**
 * Several people move the cards of one board at the same time, each card to the end of another column. Returns the moves a
 * second and the 99th percentile in milliseconds.
 */
export async function moves(server, cookies, { organization, project, tasks, people, seconds }) {
  const client = new Client(server.base, cookies, people);
  const started = performance.now();
  const until = started + seconds * 1000;
  const times = [];
  const moveAbout = async (first) => {
    for (let turn = 0; performance.now() < until; turn += 1) {
      const number = ((first + turn * people) % tasks) + 1;
      const sent = performance.now();
      const status = await client.post("/fn/move_task", {
        org: organization,
        key: `${project}-${number}`,
        state: STATES[(turn + first + number) % STATES.length],
      });
      times.push(performance.now() - sent);
      if (status !== 200) throw new Error(`a move was answered with ${status}`);
    }
  };
  await Promise.all(Array.from({ length: people }, (_, first) => moveAbout(first)));
  const rate = times.length / ((performance.now() - started) / 1000);
  client.close();
  return { rate, p99: percentile(times, 99) };
}
