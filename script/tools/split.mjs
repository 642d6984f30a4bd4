// The modules of the WASM: `node split.mjs <compiled.wasm> <glue>`, from the root of the clone, cuts the compiled library
// into the main module <glue>/main/tessera.wasm, which wasm-bindgen goes on with, and <glue>/*.wasm, with the script
// <glue>/__wasm_split.js that loads them. SPLITTER names the program that cuts, WASM_OPT the one that makes
// the pieces smaller, with WASM_OPT_OPTIONS.
//
// docs/decisions/adr-13-split-wasm.md says what the modules are and why.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { withShortNames } from "./short-names.mjs";

/**
 * The modules that share a file. What several modules use is in the file of the smallest set that holds them all, and in the
 * main module, which every page loads, if no set does. A page loads a file for each set that its module is in, so there are few.
 */
const shared = [
  ["board", "list"],
  ["project", "settings", "task"],
  ["daily", "home", "project", "settings"],
  ["board", "help", "home", "list", "task"],
  ["daily", "home", "palette", "project", "settings", "task"],
];

/**
 * Parts of the names of functions that are never called, although Leptos takes their addresses: views that are hydrated
 * asynchronously, attributes of templates, and the list of routes, which the server alone asks for. They would be a tenth of the
 * WASM.
 */
const dropped = ["into_any13hydrate_async", "into_any_attr21hydrate_from_template", "generate_routes"];

export const hash = (content) => createHash("sha256").update(content).digest("hex").slice(0, 16);

function cut(compiled, glue) {
  rmSync(glue, { recursive: true, force: true });
  mkdirSync(join(glue, "main"), { recursive: true });
  const groups = shared.toSorted((a, b) => a.length - b.length).map((group) => group.join(",")).join(";");
  const options = ["--target", "web", "--out-name", "tessera"];
  const modules = execFileSync(process.env.SPLITTER, [...options, compiled, glue], {
    encoding: "utf8",
    env: { ...process.env, WASM_SPLIT_GROUPS: groups, WASM_SPLIT_DROP: dropped.join(";"), RUST_LOG: "error" },
  });
  renameSync(join(glue, "tessera.wasm"), join(glue, "main", "tessera.wasm"));
  writeFileSync(join(glue, "modules.txt"), modules);
  for (const file of readdirSync(glue).filter((file) => file.endsWith(".wasm"))) {
    const path = join(glue, file);
    execFileSync(process.env.WASM_OPT, [...process.env.WASM_OPT_OPTIONS.split(" "), path, "-o", path], { stdio: "inherit" });
  }
}

/**
 * The scripts of a release, which import each other, its main module, and the files that go with them, by name. A file is named
 * after a hash of its contents, which name other files: the two scripts, which name each other, share one.
 */
export function splitScripts(glue, name, compiled) {
  const { transformSync } = createRequire(join(process.env.TOOLS, "package.json"))("esbuild");
  const minified = (content) => transformSync(content, { minify: true, format: "esm", target: "es2022" }).code;
  const files = new Map();
  const named = new Map();
  for (const file of readdirSync(glue).filter((file) => file.endsWith(".wasm") && file !== `${name}_bg.wasm`)) {
    const content = readFileSync(join(glue, file));
    const stem = file.slice(0, -".wasm".length);
    named.set(stem, `${stem}.${hash(content)}`);
    files.set(`${named.get(stem)}.wasm`, content);
  }
  const loader = readFileSync(join(glue, "__wasm_split.js"), "utf8").replace(/"\.\/([^"/]+)\.wasm"/g, (_, stem) => `"./${named.get(stem)}.wasm"`);
  const [script, wasm] = withShortNames(readFileSync(join(glue, `${name}.js`), "utf8"), compiled, `./${name}_bg.js`);
  const scripts = [minified(script), minified(loader)];
  // The name of a script in the WASM stays: it is no address.
  const [main, split] = [scripts[0].split('from"./__wasm_split.js"'), scripts[1].split(`from"./${name}.js"`)];
  if (main.length < 2 || split.length < 2) throw new Error("the scripts do not import each other as they did");
  const id = hash(JSON.stringify([main, split, hash(wasm)]));
  files.set(`__wasm_split.${id}.js`, split.join(`from"./${name}.${id}.js"`));

  const modules = readFileSync(join(glue, "modules.txt"), "utf8").trim().split("\n").map((line) => line.split(" "));
  const manifest = JSON.stringify(Object.fromEntries(modules.map(([module, ...stems]) => [module, stems.map((stem) => named.get(stem))])));
  files.set(`__wasm_split_manifest.${hash(manifest)}.json`, manifest);
  return { id, wasm, main: main.join(`from"./__wasm_split.${id}.js"`), files, manifest: hash(manifest) };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) cut(...process.argv.slice(2));
