// Which plots there are.

import { bars } from "./plots.mjs";
import { kilobytes, number } from "./targets.mjs";

/** Tessera, the floor, another framework, and before. */
const kind = (name) => (name.startsWith("Tessera") ? "a" : name.startsWith("before") ? "e" : name.startsWith("floor") ? "b" : "c");

const rates = (title, figures, target) =>
  bars({
    title,
    target,
    rows: Object.entries(figures).map(([label, { rate }]) => ({ label, text: number(rate), parts: [{ value: rate, kind: kind(label) }] })),
  });

/** The plots of what has been measured, as SVG by their names. */
export function plots({ boards, projects, moves, scale, phone, bytes }) {
  const all = {};
  if (boards) all.boards = rates("Boards of 300 cards a second", boards.figures);
  if (projects) all.projects = rates("GET /api/v1/projects a second", projects.figures);
  if (moves) {
    all.moves = bars({
      title: "Moves a second, eight people on one board",
      rows: Object.entries(moves).map(([label, { rate }]) => ({
        label, text: number(rate), parts: [{ value: rate, kind: label.startsWith("before") ? "e" : "a" }],
      })),
    });
  }
  if (scale) {
    all.scale = bars({
      title: `99th percentile, ms: small data, and ${number(scale.size.tasks)} tasks`,
      rows: Object.entries(scale.figures).map(([label, { p99 }]) => ({
        label, text: number(p99, 1), parts: [{ value: p99, kind: label.endsWith("at scale") ? "d" : "a" }],
      })),
    });
  }
  if (phone) {
    all.phone = bars({
      title: "Until a board is painted, and answers, on a phone, s",
      target: 3,
      legend: { b: "until painted", a: "until interactive" },
      rows: Object.entries(phone).map(([label, { paint, interactive }]) => ({
        label,
        text: number(interactive / 1000, 2),
        parts: [{ value: paint / 1000, kind: "b" }, { value: (interactive - paint) / 1000, kind: "a" }],
      })),
    });
  }
  if (bytes) {
    all.bytes = bars({
      title: "Bytes of a first visit, kB",
      legend: { d: "document", b: "scripts", a: "WASM", c: "styles", e: "other" },
      rows: bytes.routes.map(({ path, isSignedIn, document, script, wasm, style, other, total }) => ({
        label: `${path}${isSignedIn ? "" : ", a visitor"}`,
        text: kilobytes(total),
        parts: [[document, "d"], [script, "b"], [wasm, "a"], [style, "c"], [other, "e"]].map(([value, kind]) => ({ value: value / 1000, kind })),
      })),
    });
  }
  return all;
}
