// The targets, and whether the last measurements reach them.

const number = (value, digits = 0) =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

const kilobytes = (bytes) => number(bytes / 1000);

/** Rows `{ what, target, reached, before, holds }` of what has been measured. */
export function targets({ bytes, boards, projects, pages, scale, moves, memory, streams, starts, change, phone, shift }) {
  const rows = [];
  const row = (what, target, unit, value, holds, before = undefined, digits = 0) =>
    rows.push({
      what, target, holds, reached: `${number(value, digits)}${unit}`,
      before: before === undefined ? "" : `${number(before, digits)}${unit}`,
    });
  const rate = (what, least, name, { figures }) =>
    row(what, `≥ ${number(least)} a second`, " a second", figures[name].rate, figures[name].rate >= least,
      figures[name.replace("Tessera", "before")]?.rate);

  if (bytes) {
    const isOfVisitors = ({ isSignedIn }) => !isSignedIn;
    const isInside = ({ isSignedIn, path }) => isSignedIn && path !== "/";
    const most = (filter, of) => ({
      now: Math.max(...bytes.routes.filter(filter).map(of)),
      before: bytes.before && Math.max(...bytes.before.filter(filter).map(of)) / 1000,
    });
    const size = (what, target, { now, before }, limit) => row(what, target, " kB", now / 1000, now <= limit, before);
    size("Pages of visitors: WASM", "none", most(isOfVisitors, ({ wasm }) => wasm), 0);
    size("Pages of visitors: in all", "≤ 60 kB", most(isOfVisitors, ({ total }) => total), 60_000);
    size("First visit to a page of a workspace: WASM and scripts", "≤ 450 kB", most(isInside, ({ wasm, script }) => wasm + script), 450_000);
  }
  if (phone) {
    const { interactive, paint } = phone.now;
    row("Board interactive, phone", "≤ 3.0 s", " s", interactive / 1000, interactive <= 3000, phone.before && phone.before.interactive / 1000, 2);
    row("Board painted, phone", "≤ 1.4 s", " s", paint / 1000, paint <= 1400, phone.before && phone.before.paint / 1000, 2);
  }
  if (shift) row(`Layout shift, most of ${shift.loads} loads`, "0", "", shift.most, shift.most === 0, undefined, 4);
  if (boards) {
    const name = "Tessera, SQLite, as browsers ask";
    rate("Board of 300 cards, as browsers ask", 900, name, boards);
    row("its 99th percentile, 32 connections", "≤ 45 ms", " ms", boards.figures[name].p99, boards.figures[name].p99 <= 45,
      boards.figures["before, SQLite, as browsers ask"]?.p99, 1);
    rate("Board of 300 cards, uncompressed", 1300, "Tessera, SQLite, uncompressed", boards);
  }
  if (pages) {
    for (const [page, least] of [["task", 1200], ["home", 1500]]) {
      const value = pages[`${page}, SQLite`].rate;
      const what = page === "task" ? "Page of a task" : "Home of a workspace";
      row(what, `≥ ${number(least)} a second`, " a second", value, value >= least, pages[`${page}, before`]?.rate);
    }
  }
  if (scale) {
    for (const database of ["SQLite", "PostgreSQL"]) {
      const ratios = ["board", "task", "home"].map((page) => scale.figures[`${page}, ${database} at scale`].p99 / scale.figures[`${page}, ${database}`].p99);
      const worst = Math.max(...ratios);
      row(`${number(scale.size.tasks)} tasks, ${number(scale.size.organizations)} organizations, ${database}: 99th percentile of the slowest page`,
        "≤ 1.5 times", " times", worst, worst <= 1.5, undefined, 2);
    }
  }
  if (projects) {
    const { figures } = projects;
    const beside = (ours, theirs) => figures[ours].rate / figures[theirs].rate;
    const floor = beside("Tessera, SQLite", "floor, SQLite");
    const before = figures["before, SQLite"] && beside("before, SQLite", "floor, SQLite");
    row("`GET /api/v1/projects`, beside the floor", "≥ 1 times", " times", floor, floor >= 1, before, 2);
    for (const database of ["SQLite", "PostgreSQL"]) {
      const nest = beside(`Tessera, ${database}`, "NestJS, PostgreSQL");
      row(`\`GET /api/v1/projects\` on ${database}, beside NestJS on PostgreSQL`, "≥ 12 times", " times", nest, nest >= 12, undefined, 1);
    }
  }
  if (moves) {
    row("Moves of eight people, PostgreSQL", "≥ 1,200 a second", " a second", moves.PostgreSQL.rate, moves.PostgreSQL.rate >= 1200,
      moves["before, PostgreSQL"]?.rate);
    const earlier = moves["before, SQLite"]?.rate;
    row("Moves of eight people, SQLite", "not fewer", " a second", moves.SQLite.rate, earlier === undefined ? undefined : moves.SQLite.rate >= earlier, earlier);
  }
  if (memory) row("Memory, idle, with the provider", "≤ 60 MB", " MB", memory.now.idle, memory.now.idle <= 60, memory.before?.idle);
  if (streams) {
    row("Memory, 500 streams and full load", "≤ 300 MB", " MB", streams.most, streams.most <= 300);
    row("A live event to 1,000 streams, 99th percentile", "≤ 150 ms", " ms", streams.told.p99, streams.told.p99 <= 150);
  }
  if (starts) {
    const most = Math.max(...Object.entries(starts).filter(([name]) => name !== "before").map(([, value]) => value));
    row("Start on an existing database, the slowest", "≤ 300 ms", " ms", most, most <= 300, starts.before);
  }
  if (change) row("Another organization, with a seat, 99th percentile", "≤ 100 ms", " ms", change.p99, change.p99 <= 100);
  return rows;
}

export { kilobytes, number };
