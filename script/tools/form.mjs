// Fills in the first form of a page that has a password field: `node form.mjs <page.html> <its address> name=value …`.
// Prints the address it posts to, then its body. Hidden fields keep their values; fields that it does not have are
// left out.

import { readFileSync } from "node:fs";

const [page, address, ...fields] = process.argv.slice(2);
const html = readFileSync(page, "utf8");
const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", "#39": "'", "#x27": "'", "#34": '"', "#x2F": "/" };
const attribute = (tag, name) =>
  tag.match(new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i"))?.slice(1).find((value) => value !== undefined)
    ?.replace(/&(#?\w+);/g, (whole, entity) => entities[entity] ?? whole);

const form = html.match(/<form\b[^]*?<\/form>/gi)?.find((form) => /type\s*=\s*["']?password/i.test(form));
if (!form) process.exit(1);

const values = new Map(fields.map((field) => [field.slice(0, field.indexOf("=")), field.slice(field.indexOf("=") + 1)]));
const body = new URLSearchParams();
for (const [tag] of form.matchAll(/<input\b[^>]*>/gi)) {
  const name = attribute(tag, "name");
  if (name) body.set(name, values.get(name) ?? attribute(tag, "value") ?? "");
}
console.log(new URL(attribute(form.match(/<form\b[^>]*>/i)[0], "action") ?? address, address).href);
console.log(body.toString());
