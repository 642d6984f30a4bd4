// Lays out what the server serves: `node assets.mjs <dev|release|style> <glue> <dist>`, from the root of the clone. `style`
// replaces the style sheet of a development build, and nothing else.
//
// <glue> holds what wasm-bindgen wrote, and for a release the modules of the WASM (split.mjs); TOOLS names the folder whose
// node_modules has esbuild. The result is <dist>/site: public/ as it is, and pkg/ with style sheet, script and WASM. For a
// release the files in pkg/ carry a hash of their content in their names, so that browsers may keep them for ever;
// <dist>/hash.txt tells the server the hashes; and everything that compresses has a .br and a .gz beside it. With
// TESSERA_RELOAD, which script/dev sets, the script also reloads the page after a change (reload.js).

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { hash, splitScripts } from "./split.mjs";

const [mode, glue, dist] = process.argv.slice(2);
const release = mode === "release";
const name = "tessera";
const { buildSync } = createRequire(join(process.env.TOOLS, "package.json"))("esbuild");

// A font is an address on the site, not a file to bundle.
const bundle = (entry, options) =>
  buildSync({ entryPoints: [entry], bundle: true, write: false, minify: release, logLevel: "warning", external: ["/fonts/*"], ...options })
    .outputFiles[0].contents;

const style = () => bundle("style/main.css", {});
if (mode === "style") {
  const target = join(dist, "site", "pkg", `${name}.css`);
  writeFileSync(`${target}.new`, style());
  renameSync(`${target}.new`, target);
  process.exit();
}

const site = join(dist, "site.new");
const pkg = join(site, "pkg");
rmSync(site, { recursive: true, force: true });
mkdirSync(pkg, { recursive: true });

const reload = !release && process.env.TESSERA_RELOAD ? readFileSync("script/tools/reload.js", "utf8") : "";
const wasm = readFileSync(join(glue, `${name}_bg.wasm`));

const hashes = [];
/** Publishes a file that Leptos finds by its name and the hash in hash.txt. */
function publish(kind, content, id = hash(content)) {
  hashes.push(`${kind}: ${id}\n`);
  writeFileSync(join(pkg, release ? `${name}.${id}.${kind}` : `${name}.${kind}`), content);
}
publish("css", style());
if (release) {
  const split = splitScripts(glue, name, wasm);
  publish("wasm", split.wasm);
  publish("js", split.main, split.id);
  for (const [file, content] of split.files) writeFileSync(join(pkg, file), content);
  hashes.push(`split: ${split.id}\nmanifest: ${split.manifest}\n`);
} else {
  publish("wasm", wasm);
  publish("js", bundle(join(glue, `${name}.js`), { format: "esm", target: "es2022", footer: reload ? { js: reload } : {} }));
}
if (existsSync("public")) cpSync("public", site, { recursive: true });

if (release) {
  writeFileSync(join(dist, "hash.txt"), hashes.join(""));
  const compressible = new Set([".css", ".html", ".ico", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest", ".xml"]);
  for (const entry of readdirSync(site, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !compressible.has(extname(entry.name))) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const content = readFileSync(path);
    const brotli = {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGBLOCK]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    };
    writeFileSync(`${path}.br`, brotliCompressSync(content, brotli));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

// Open pages go on asking for it.
const news = join(dist, "site", "pkg", "dev.json");
if (reload && existsSync(news)) cpSync(news, join(pkg, "dev.json"));

// A running server sees the old files or the new ones, never half of them.
const former = join(dist, "site.old");
rmSync(former, { recursive: true, force: true });
if (existsSync(join(dist, "site"))) renameSync(join(dist, "site"), former);
renameSync(site, join(dist, "site"));
rmSync(former, { recursive: true, force: true });
