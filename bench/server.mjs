// The server as a whole: its start, its memory, what open pages are told, and changing organizations.

import { median, percentile, load } from "./requests.mjs";
import { openStreams, tellStreams } from "./streams.mjs";
import { Browser } from "./browser.mjs";
import { ORGANIZATION, PERSON } from "./tessera.mjs";

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A browser may have 20 streams, and a person 60, in three browsers. */
const STREAMS_OF_PERSON = 60;

/** The milliseconds of starts on the existing databases of these servers (medians). */
export async function starts(servers, times) {
  const figures = {};
  for (const [name, server] of Object.entries(servers)) {
    const took = [];
    for (let turn = 0; turn < times; turn += 1) {
      await server.stop();
      took.push(await server.start());
    }
    figures[name] = median(took);
  }
  return figures;
}

/** Memory after a start and a sign-in, when nothing is asked for; in MB. */
export async function idleMemory(server) {
  await server.stop();
  await server.start();
  server.cookies = await server.signIn();
  const signedIn = server.process.memory();
  // What a sign-in took is given back when the thread that hashed the password has ended.
  await pause(5_000);
  return { signedIn, idle: server.process.memory() };
}

/** Memory with 500 open pages while boards are asked for as fast as they come, in MB; then what 1,000 open pages are told. */
export async function openPages({ folder, seconds, turns }, server) {
  const browsers = await server.addPeople(Math.ceil(1_000 / STREAMS_OF_PERSON));
  const first = await openStreams(server, browsers, ORGANIZATION, 500);
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, server.process.memory())), 200);
  await load(folder, { url: server.board(), headers: { cookie: server.cookies, "accept-encoding": "gzip, deflate, br, zstd" } }, 2 * seconds);
  clearInterval(watch);
  for (const stream of first) stream.close();
  await pause(1_000);
  const streams = await openStreams(server, browsers, ORGANIZATION, 1_000);
  const told = await tellStreams(server, streams, server.cookies, ORGANIZATION, "BENCH-1", turns);
  for (const stream of streams) stream.close();
  return { most, told };
}

/** Milliseconds from asking for the other organization, in which the browser has a seat, until its page is there. */
export async function organizationSwitch(server, times) {
  const browser = await new Browser().signIn(server, PERSON, ORGANIZATION);
  await browser.open(`${server.base}/login?organization_name=xyz-travel`);
  const took = [];
  for (let turn = 0; turn < times; turn += 1) {
    const organization = turn % 2 ? ORGANIZATION : "xyz-travel";
    const started = performance.now();
    const { url, status } = await browser.open(`${server.base}/o/${organization}`);
    took.push(performance.now() - started);
    if (status !== 200 || !url.endsWith(`/o/${organization}`)) throw new Error(`${organization} was answered with ${status} at ${url}`);
  }
  return { median: median(took), p99: percentile(took, 99) };
}
