// Asks for as much as it can until it is stopped: `node noise.mjs boards|moves|streams <server as JSON>`, at a low priority.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "./requests.mjs";
import { moves } from "./moves.mjs";
import { openStreams, tellStreams } from "./streams.mjs";

const [kind, json] = process.argv.slice(2);
const { base, browsers, board, organization } = JSON.parse(json);
const server = { base };
const seconds = 600;

if (kind === "boards") {
  const folder = mkdtempSync(join(tmpdir(), "tessera-noise-"));
  await load(folder, { url: board, headers: { cookie: browsers[0] } }, seconds);
} else if (kind === "moves") {
  await moves(server, browsers[0], { organization, project: "BENCH", tasks: 300, people: 32, seconds });
} else {
  const streams = await openStreams(server, browsers, organization, 50);
  await tellStreams(server, streams, browsers[0], organization, "BENCH-1", 100_000);
}
