// The peers: other programs on the same data. script/bench builds them and names them in the environment.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Program } from "./processes.mjs";
import { ORGANIZATION } from "./tessera.mjs";

const { BENCH_NEST: nest, BENCH_NEXT: next, BENCH_FLOOR: floor, PATH } = process.env;

class Peer extends Program {
  constructor(name, port, folder, command, args, env, cwd) {
    super(name, command, args, { env: { PATH, PORT: `${port}`, NODE_ENV: "production", ...env }, cwd, log: join(folder, `${name}.log`) });
    this.base = `http://127.0.0.1:${port}`;
  }

  board(project = "BENCH") {
    return `${this.base}/o/${ORGANIZATION}/projects/${project}/board`;
  }
}

/** NestJS, on the database of `server`. */
export const startNest = (server, port, folder) => {
  const env = { DATABASE_URL: server.database.migration, ISSUER: `${server.provider}/`, AUDIENCE: server.audience };
  return new Peer("NestJS", port, folder, process.execPath, ["dist/main.js"], env, nest);
};

/** Next.js, on the database of `server`. */
export const startNext = (server, port, folder) => {
  const args = ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1", "--port", `${port}`];
  return new Peer("Next.js", port, folder, process.execPath, args, { DATABASE_URL: server.database.migration }, next);
};

/** The floor, on the file of `server`. */
export const startFloor = async (server, port, folder) => {
  const keys = join(folder, "keys.json");
  writeFileSync(keys, await (await fetch(`${server.provider}/.well-known/jwks.json`)).text());
  const env = { DATABASE: join(server.folder, "tessera.db"), ISSUER: `${server.provider}/`, AUDIENCE: server.audience, JWKS: keys };
  return new Peer("floor", port, folder, floor, [], env, folder);
};

/** Reads the keys of a page's cards with their titles, in order, where titles are headings. */
function cards(html, isPeer) {
  const parts = html.split(/data-testid="task-card-/).slice(1);
  return parts.map((part) => {
    const key = part.slice(0, part.indexOf('"'));
    const title = isPeer ? /<h3>(.*?)<\/h3>/s.exec(part)?.[1] : part.slice(part.indexOf(">") + 1, part.indexOf("</a>"));
    return { key, text: title.replaceAll(/<[^>]*>/g, "") };
  });
}

/** Throws unless both boards have the same cards with the same titles in the same order. Returns their number. */
export function compareBoards(ours, theirs, name) {
  const [expected, found] = [cards(ours, false), cards(theirs, true)];
  if (expected.length === 0) throw new Error("The board has no cards.");
  if (expected.length !== found.length) throw new Error(`${name} shows ${found.length} cards, not ${expected.length}.`);
  for (const [at, { key, text }] of expected.entries()) {
    if (found[at].key !== key) throw new Error(`Card ${at + 1} is ${found[at].key} with ${name}, and not ${key}.`);
    if (!text.includes(found[at].text)) throw new Error(`${name} calls ${key} “${found[at].text}”, and not “${text}”.`);
  }
  return expected.length;
}

/** Throws unless both lists of projects are the same. Returns their number. */
export function compareProjects(ours, theirs, name) {
  const sorted = (list) => JSON.stringify(list.projects.map((project) => Object.entries(project).sort()));
  if (sorted(ours) !== sorted(theirs)) {
    throw new Error(`${name} lists other projects: ${JSON.stringify(theirs)}, and not ${JSON.stringify(ours)}.`);
  }
  return ours.projects.length;
}
