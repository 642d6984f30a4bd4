// Writes docs/performance.md and its plots from what was measured: `node report.mjs` alone writes them again.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { kilobytes, number, targets } from "./targets.mjs";
import { plots } from "./figures.mjs";

const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

const INTRODUCTION = `# Performance

Written by \`script/bench\`, which makes the data, starts the release build and its peers, and measures them in turn. The server has one
processor core; the load, the databases and the browser share another. Machines differ, and so does one from hour to hour: the rows of a table
are from the same minutes, and compare. [figures.md](figures.md) says which limits hold, and why.

\`\`\`
script/bench short           under five minutes, the build not counted
script/bench                 everything, with a million tasks
script/bench [short] PART…   beside, scale, moves, server, browser, further, noisy, rebuild
\`\`\`

\`BENCH_BEFORE\` names the folder of an earlier release build (\`tessera\`, \`site/\`, \`hash.txt\`), which is measured beside this one as *before*.
`;

const PEERS = `The peers are in \`bench/peers\`: small, in production mode, on the same data. Before they are measured, their answers are compared
with Tessera's: the same projects, the same cards with the same titles in the same order. What they leave out makes them faster: they ask nobody
to sign in for a board, have no frame around it, nothing that takes it over in the browser, and no row-level security. The endpoint verifies a
token in all of them: NestJS with passport-jwt and jwks-rsa, the floor with \`aws-lc-rs\`, anew at each request.`;

/** A row for each of the figures with a rate and a 99th percentile. */
const rates = (figures, more = () => []) =>
  Object.entries(figures).map(([name, one]) => [name, number(one.rate), number(one.p99, 1), ...more(one)]);

/** How a part was measured. */
function source({ at, form, commit, busy }) {
  const build = commit ? `commit ${commit}` : "a build that `BENCH_DIST` named";
  const others = busy > 1 ? `; **the machine was busy with other work (load ${number(busy, 1)}): the figures are too low**` : "";
  return `*${at}, ${build}, \`${`script/bench ${form}`.trim()}\`*${others}`;
}

const sections = {
  boards: ({ data: { cards, figures } }) => [
    `## A board of ${cards} cards`,
    `![Boards a second](performance/boards.svg)`,
    table(["32 connections", "a second", "99th percentile, ms", "bytes", "encoding"], rates(figures, ({ bytes, encoding }) => [number(bytes), encoding])),
    `“As browsers ask” is the \`Accept-Encoding\` of Chromium. ${PEERS}`,
  ],
  projects: ({ data: { rows, figures } }) => [
    `## \`GET /api/v1/projects\`, ${rows} projects`,
    `![Requests a second](performance/projects.svg)`,
    table(["32 connections", "a second", "99th percentile, ms"], rates(figures)),
  ],
  pages: ({ data }) => [
    "## Pages",
    table(["32 connections, as browsers ask", "a second", "99th percentile, ms"], rates(data)),
  ],
  scale: ({ data: { size, figures, seeded } }) => [
    `## ${number(size.tasks)} tasks in ${number(size.organizations)} organizations`,
    `![99th percentiles](performance/scale.svg)`,
    table(["32 connections, as browsers ask", "a second", "99th percentile, ms"], rates(figures)),
    `The sizes follow Zipf's law, and the measured organization is the largest. With ${number(size.comments)} comments the data was added in ` +
      `${number(seeded.SQLite)} s on SQLite and ${number(seeded.PostgreSQL)} s on PostgreSQL:\n\n` +
      `\`\`\`\ntessera seed-scale --organizations ${size.organizations} --tasks ${size.tasks} --comments ${size.comments}\n\`\`\``,
  ],
  moves: ({ data }) => [
    "## Moves",
    `![Moves a second](performance/moves.svg)`,
    table(["eight people, one board of 300 cards", "a second", "99th percentile, ms"], rates(data)),
    "PostgreSQL keeps nothing safe against a power cut here (`fsync=off`), so that its disk is not what is measured.",
  ],
  starts: ({ data }) => [
    "## Start",
    table(["on an existing database", "until `/healthz` answers, ms"], Object.entries(data).map(([name, value]) => [name, number(value)])),
  ],
  memory: ({ data: { now, before } }) => [
    "## Memory",
    table(["MB", ...(before ? ["before", "now"] : ["now"])], [
      ["right after a sign-in", ...(before ? [number(before.signedIn)] : []), number(now.signedIn)],
      ["five seconds later, idle, with the provider", ...(before ? [number(before.idle)] : []), number(now.idle)],
    ]),
  ],
  streams: ({ data: { most, told } }) => [
    "## Open pages",
    table(["", ""], [
      ["memory with 500 open pages and full load, MB", number(most)],
      ["1,000 open pages: the first is told of a move, ms (median)", number(told.first, 1)],
      ["the last, ms (median)", number(told.last, 1)],
      ["99th percentile of all, ms", number(told.p99, 1)],
    ]),
    "Each page gets every event once and in order, or the measurement fails. A browser may have 20 streams and a person 60, so 17 people have " +
      "three browsers each; from one address `MAX_CONNECTIONS_PER_ADDRESS` allows so many.",
  ],
  change: ({ data }) => [
    "## Another organization",
    `With a seat there, its home is loaded ${number(data.median, 1)} ms (median) after it was asked for, 99th percentile ${number(data.p99, 1)} ms.`,
  ],
  phone: ({ data: { now, before } }) => [
    "## On a phone",
    `![Until a board answers](performance/phone.svg)`,
    table(["first visit to the board: 1.6 Mbit/s, 150 ms, CPU 4 times slower", "painted, s", "interactive, s"], [
      ...(before ? [["before", number(before.paint / 1000, 2), number(before.interactive / 1000, 2)]] : []),
      ["now", number(now.paint / 1000, 2), number(now.interactive / 1000, 2)],
    ]),
    `Medians of ${now.loads} loads, each in a new browser. Interactive means hydrated.`,
  ],
  shift: ({ data: { most, moved, loads } }) => [
    "## Layout shift",
    `The most of ${loads} loads of a board: ${number(most, 4)}.${moved ? ` What moved first: \`${moved.replaceAll("`", "")}\`.` : ""}`,
  ],
  bytes: ({ data: { routes } }) => [
    "## Bytes of a first visit",
    `![Bytes of a first visit](performance/bytes.svg)`,
    table(["kB over the network", "document", "scripts", "WASM", "styles", "fonts, pictures, data", "in all"],
      routes.map((row) => [
        `\`${row.path}\`${row.isSignedIn ? "" : ", a visitor"}`,
        ...[row.document, row.script, row.wasm, row.style, row.other, row.total].map(kilobytes),
      ])),
  ],
  further: ({ data }) => [
    "## Many rows",
    table(["32 connections", "a second", "99th percentile, ms"], rates(data)),
  ],
  noisy: ({ data }) => {
    const rows = Object.entries(data).flatMap(([database, probes]) =>
      Object.entries(probes).map(([probe, waits]) => [
        `${probe === "board" ? "board of 300 cards" : probe}, ${database}`,
        number(waits.nothing, 1),
        ...["boards", "moves", "streams"].map((kind) => `${number(waits[kind], 1)} (${number(waits[kind] / waits.nothing, 1)})`),
      ]));
    return [
      "## Neighbours",
      "One organization asks for as much as it can; one person of another waits, without a pause between requests. 99th percentiles in " +
        "milliseconds, and how often the quiet value that is.",
      table(["", "alone", "beside 32 connections that ask for boards", "beside 32 that move cards", "beside 50 open pages and moves"], rows),
    ];
  },
  rebuild: ({ data }) => [
    "## A change with `script/dev`",
    table(["saved until seen", "s"], Object.entries(data).map(([name, value]) => [name, number(value, 1)])),
  ],
};

const sentence = ({ processor, memory, system, rust, node, postgres, chromium, nest, next }) =>
  `${processor}, ${memory}, ${system}; Rust ${rust}, PostgreSQL ${postgres}, Node ${node}, Chromium ${chromium ?? "none"}, NestJS ${nest}, Next.js ${next}.`;

/** Writes the page and its plots. */
export function report(all) {
  const known = Object.fromEntries(Object.entries(all).map(([part, { data }]) => [part, data]));
  const rows = targets(known).map(({ what, target, before, reached, holds }) => [
    what, target, before || "–", reached, holds === undefined ? "–" : holds ? "yes" : "**no**",
  ]);
  const parts = Object.entries(sections).filter(([part]) => all[part]);
  const page = [INTRODUCTION.trimEnd(), "## Targets", table(["", "target", "before", "reached", "holds"], rows)];
  for (const [part, section] of parts) page.push(...section(all[part]), source(all[part]));
  const machines = new Set(Object.values(all).map(({ circumstances }) => sentence(circumstances)));
  page.push("## The machine", ...machines);
  writeFileSync("docs/performance.md", `${page.join("\n\n")}\n`);
  for (const [name, svg] of Object.entries(plots(known))) writeFileSync(`docs/performance/${name}.svg`, svg);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  report(JSON.parse(readFileSync("docs/performance/results.json", "utf8")));
}
