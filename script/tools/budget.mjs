// What a first visit loads before a page answers, against what it may: `node budget.mjs <dist>`, from the root of the clone,
// after script/build release. Prints a table, and fails if a page exceeds its figure in budget.json, if it loads too many
// files, or if a module has no figure.
//
// Counted are WASM and scripts as they are sent to browsers, which all take brotli. `pages` in budget.json are the modules that
// a page consists of beside the main module; `onDemand` are those that are loaded later, and count alone.

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const [dist] = process.argv.slice(2);
const pkg = join(dist, "site", "pkg");
const hashes = Object.fromEntries(
  readFileSync(join(dist, "hash.txt"), "utf8").trim().split("\n").map((line) => line.split(": ")),
);
const manifest = JSON.parse(readFileSync(join(pkg, `__wasm_split_manifest.${hashes.manifest}.json`), "utf8"));
const { files: mostFiles, pages, onDemand } = JSON.parse(readFileSync("script/tools/budget.json", "utf8"));

const main = [`tessera.${hashes.js}.js`, `__wasm_split.${hashes.split}.js`, `tessera.${hashes.wasm}.wasm`];
const sent = (file) => statSync(join(pkg, `${file}.br`)).size;
const kilobytes = (bytes) => (bytes / 1000).toFixed(1).padStart(9);

let failed = false;
/** Prints a line of the table, and whether the module keeps to its figure. */
function check(module, files, budget) {
  const bytes = files.map(sent).reduce((sum, size) => sum + size, 0);
  const wasm = files.filter((file) => file.endsWith(".wasm")).length;
  const faults = [];
  if (budget === undefined) faults.push("has no figure in script/tools/budget.json");
  else if (bytes > budget * 1000) faults.push("is too large");
  if (wasm > mostFiles) faults.push(`consists of more than ${mostFiles} files of WASM`);
  failed ||= faults.length > 0;
  console.log(`${module.padEnd(12)}${kilobytes(bytes)} kB of ${String(budget ?? "?").padStart(4)}${String(wasm).padStart(7)}  ${faults.join(", ")}`);
}

console.log(`${"page".padEnd(12)}${"brotli".padStart(9)}       may   files`);
const modules = Object.entries(manifest).toSorted(([a], [b]) => (a < b ? -1 : 1));
const withWasm = (stems) => stems.map((stem) => `${stem}.wasm`);
for (const [module, stems] of modules) {
  if (!(module in onDemand)) check(module, [...main, ...withWasm(stems)], pages[module]);
}
console.log("on demand");
for (const [module, stems] of modules) {
  if (module in onDemand) check(module, withWasm(stems), onDemand[module]);
}
for (const module of [...Object.keys(pages), ...Object.keys(onDemand)]) {
  if (module in manifest) continue;
  failed = true;
  console.log(`${module} has a figure in script/tools/budget.json, and is no module.`);
}
process.exit(failed ? 1 : 0);
