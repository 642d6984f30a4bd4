// Brings a copy of what cargo and the tests read up to date: `node mirror.mjs <clone> <copy>`.
//
// cargo tells a changed file by its time and a package by its path, so it would compile the whole crate again for a
// second clone. In the copy, which clones share, only a file whose content differs is written, and so has a new time.

import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [clone, copy] = process.argv.slice(2);
const roots = [
  ".cargo", ".ci", ".env.example", ".github", "CHANGELOG.md", "CONTRIBUTING.md", "Cargo.lock", "Cargo.toml", "Dockerfile",
  "README.md", "SECURITY.md", "clippy.toml", "deny.toml", "deploy", "docs", "end2end", "fuzz", "migrations", "public",
  "rust-toolchain.toml", "rustfmt.toml", "script", "src", "style", "tests",
];
/** Folders that no file of the repository is in. */
const generated = ["node_modules", "test-results", "playwright-report", "target"];

const kind = (path) => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() ? "folder" : found && "file";
};

/** Makes `to` what `from` is. */
function mirror(from, to) {
  const [wanted, present] = [kind(from), kind(to)];
  if (present && present !== wanted) rmSync(to, { recursive: true });
  if (wanted === "folder") {
    mkdirSync(to, { recursive: true });
    const names = readdirSync(from).filter((name) => !generated.includes(name));
    for (const name of readdirSync(to)) if (!names.includes(name)) rmSync(join(to, name), { recursive: true });
    for (const name of names) mirror(join(from, name), join(to, name));
  } else if (wanted) {
    const content = readFileSync(from);
    if (present !== "file" || !readFileSync(to).equals(content)) writeFileSync(to, content);
  }
}

mkdirSync(copy, { recursive: true });
for (const name of roots) mirror(join(clone, name), join(copy, name));
