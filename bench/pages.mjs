// Pages, the guarded endpoint and moves, beside the peers and at scale.

import { compareBoards, compareProjects } from "./peers.mjs";
import { alternate, load } from "./requests.mjs";
import { moves } from "./moves.mjs";
import { Browser } from "./browser.mjs";
import { ORGANIZATION, ORGANIZATION_ID, PERSON } from "./tessera.mjs";

/** What Chromium sends to this machine. */
const CHROMIUM = "gzip, deflate, br, zstd";

const text = async (url, headers) => {
  const ask = async (asked) => {
    const answer = await fetch(url, { headers: asked });
    if (answer.status !== 200) throw new Error(`${url} was answered with ${answer.status}`);
    return answer;
  };
  const answer = await ask(headers);
  await answer.body?.cancel();
  // Node decodes no Zstandard.
  const plain = await ask({ ...headers, "accept-encoding": "identity" });
  return { text: await plain.text(), encoding: answer.headers.get("content-encoding") ?? "none" };
};

/** Measures addresses in turn at 32 connections. */
const requests = ({ folder, rounds, seconds }, subjects) =>
  alternate(subjects, rounds, (subject, isWarmUp) => load(folder, subject, isWarmUp ? 1 : seconds));

/** The board of 300 cards, as browsers ask for it and uncompressed, beside Next.js, the floor and an earlier build. */
export async function boards(run, { sqlite, postgres, next, floor, before }) {
  const subjects = [];
  const add = async (name, url, cookie, encoding) => {
    const headers = { ...(cookie && { cookie }), "accept-encoding": encoding };
    const page = await text(url, headers);
    subjects.push({ name, url, headers, encoding: page.encoding });
    return page.text;
  };
  let cards = 0;
  for (const [kind, encoding] of [["as browsers ask", CHROMIUM], ["uncompressed", "identity"]]) {
    const ours = await add(`Tessera, SQLite, ${kind}`, sqlite.board(), sqlite.cookies, encoding);
    compareBoards(ours, await add(`floor, SQLite, ${kind}`, floor.board(), undefined, encoding), "the floor");
    const onPostgres = await add(`Tessera, PostgreSQL, ${kind}`, postgres.board(), postgres.cookies, encoding);
    cards = compareBoards(onPostgres, await add(`Next.js, PostgreSQL, ${kind}`, next.board(), undefined, encoding), "Next.js");
    if (before) await add(`before, SQLite, ${kind}`, before.sqlite.board(), before.sqlite.cookies, encoding);
  }
  const figures = await requests(run, subjects);
  for (const { name, encoding } of subjects) figures[name].encoding = encoding;
  return { cards, figures };
}

/** `GET /api/v1/projects` beside NestJS, the floor and an earlier build. */
export async function projects(run, { sqlite, postgres, nest, floor, before }) {
  const token = async (server) => (await new Browser().signIn(server, PERSON, ORGANIZATION)).accessToken(server, ORGANIZATION_ID);
  const [onSqlite, onPostgres] = [await token(sqlite), await token(postgres)];
  const subject = (name, { base }, bearer) => ({
    name,
    url: `${base}/api/v1/projects`,
    headers: { authorization: `Bearer ${bearer}`, "accept-encoding": "identity" },
  });
  const subjects = [
    subject("Tessera, SQLite", sqlite, onSqlite),
    subject("floor, SQLite", floor, onSqlite),
    subject("Tessera, PostgreSQL", postgres, onPostgres),
    subject("NestJS, PostgreSQL", nest, onPostgres),
  ];
  if (before) subjects.push(subject("before, SQLite", before.sqlite, await token(before.sqlite)));
  const answers = await Promise.all(subjects.map(async ({ url, headers }) => JSON.parse((await text(url, headers)).text)));
  const rows = compareProjects(answers[0], answers[1], "the floor");
  compareProjects(answers[2], answers[3], "NestJS");
  // Without a token nobody answers.
  for (const { name, url } of subjects) {
    const { status } = await fetch(url);
    if (status !== 401) throw new Error(`${name} answers a request without a token with ${status}`);
  }
  return { rows, figures: await requests(run, subjects) };
}

/** The addresses that are measured at scale. */
const PAGES = { board: `projects/BENCH/board`, task: `tasks/BENCH-1`, home: "" };

/** Pages with small data and at scale, in turn: `servers` by their names. */
export async function pages(run, servers) {
  const subjects = [];
  for (const [page, path] of Object.entries(PAGES)) {
    for (const [name, { base, cookies }] of Object.entries(servers)) {
      const url = `${base}/o/${ORGANIZATION}/${path}`.replace(/\/$/, "");
      const headers = { cookie: cookies, "accept-encoding": CHROMIUM };
      await text(url, headers);
      subjects.push({ name: `${page}, ${name}`, url, headers });
    }
  }
  return requests(run, subjects);
}

/** Moves of eight people on one board, on both databases. */
export const movesOnBoth = ({ rounds, seconds }, { sqlite, postgres, before }) => {
  const subjects = [{ name: "SQLite", server: sqlite }, { name: "PostgreSQL", server: postgres }];
  if (before) {
    subjects.push({ name: "before, SQLite", server: before.sqlite }, { name: "before, PostgreSQL", server: before.postgres });
  }
  return alternate(subjects, rounds, ({ server }, isWarmUp) =>
    moves(server, server.cookies, {
      organization: ORGANIZATION, project: "BENCH", tasks: 300, people: 8, seconds: isWarmUp ? 1 : seconds,
    }));
};

/** Where one may be slow for many rows: larger boards, lists, searches, and the choice among many workspaces. */
export async function further(run, server) {
  const figures = {};
  const measure = async (name, path, connections = 32) => {
    const subject = { url: `${server.base}${path}`, headers: { cookie: server.cookies, "accept-encoding": CHROMIUM } };
    await load(run.folder, subject, 1, connections);
    figures[name] = await load(run.folder, subject, run.seconds, connections);
  };
  const inside = `/o/${ORGANIZATION}`;
  server.command("seed", "--project", "LARGE", "--tasks", 1000);
  await measure("board, 1,000 tasks", `${inside}/projects/LARGE/board`);
  server.command("seed", "--project", "LONG", "--tasks", 10000);
  await measure("list, 10,000 tasks, its beginning", `${inside}/projects/LONG/list`);
  await measure("list, 10,000 tasks, from row 5,000", `${inside}/projects/LONG/list?from=5000`);
  await measure("list, 10,000 tasks, filtered and grouped", `${inside}/projects/LONG/list?text=umlauts&group=priority&sort=title`);
  server.command("seed", "--project", "MANY", "--tasks", 100000);
  for (const words of ["explain+umlauts", "t", "MANY-77777"]) {
    await measure(`search of 100,000 tasks, “${words.replace("+", " ")}”`, `/fn/search?org=${ORGANIZATION}&q=${words}`);
  }
  await measure("picker, 2 workspaces", "/");
  server.command("seed-workspaces", "--person", PERSON, "--count", 498);
  await measure("picker, 500 workspaces", "/");
  await measure("home with its switcher, 500 workspaces", inside);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const tokens = { url: `${server.provider}/oauth/token`, headers, body: server.tokenRequest().toString() };
  figures["tokens of the provider (client_credentials)"] = await load(run.folder, tokens, run.seconds);
  figures["key sets of the provider"] = await load(run.folder, { url: `${server.provider}/.well-known/jwks.json` }, run.seconds);
  return figures;
}
