// How long one person waits for a board and for a move in a workspace, alone and while somebody in another workspace asks for
// as much as they can: the 99th percentile of requests that follow each other without a pause.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { load, median } from "./requests.mjs";
import { moves } from "./moves.mjs";
import { ORGANIZATION, PERSON } from "./tessera.mjs";

export const NOISE = ["nothing", "boards", "moves", "streams"];
const QUIET = "xyz-travel";

/** Starts noise at a low priority, so that it does not take the processor from those who measure. */
async function startNoise(kind, server, browsers) {
  if (kind === "nothing") return () => {};
  const target = { base: server.base, browsers, board: server.board(), organization: ORGANIZATION };
  const args = ["-n", "15", process.execPath, fileURLToPath(new URL("noise.mjs", import.meta.url)), kind, JSON.stringify(target)];
  // With a process group of its own, to stop what it has started.
  const noise = spawn("nice", args, { stdio: ["ignore", "ignore", "inherit"], detached: true });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  if (noise.exitCode !== null) throw new Error(`the noise of ${kind} has ended`);
  return () => process.kill(-noise.pid, "SIGTERM");
}

/** The 99th percentiles in milliseconds, by what is asked for and by the noise. */
export async function noisy({ folder, rounds, seconds }, server) {
  server.command("seed", "--organization", QUIET, "--project", "QUIET", "--tasks", 300);
  const browsers = [server.cookies];
  while (browsers.length < 3) browsers.push(await server.signIn(PERSON));
  const cookies = await server.signIn("carol@example.com", QUIET);
  const board = { url: `${server.base}/o/${QUIET}/projects/QUIET/board`, headers: { cookie: cookies } };
  const waits = { board: {}, move: {} };
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of NOISE) {
      const stop = await startNoise(kind, server, browsers);
      try {
        const one = await load(folder, board, seconds, 1);
        (waits.board[kind] ??= []).push(one.p99);
        const other = await moves(server, cookies, { organization: QUIET, project: "QUIET", tasks: 300, people: 1, seconds });
        (waits.move[kind] ??= []).push(other.p99);
      } finally {
        stop();
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
  for (const probe of Object.values(waits)) for (const kind of NOISE) probe[kind] = median(probe[kind]);
  return waits;
}
