// Fills in the forms of pages as a browser without scripts does.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", "#39": "'", "#x27": "'", "#34": '"', "#x2F": "/" };

const attribute = (tag, name) =>
  tag.match(new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i"))?.slice(1).find((value) => value !== undefined)
    ?.replace(/&(#?\w+);/g, (whole, entity) => ENTITIES[entity] ?? whole);

/**
 * Fills in the first form of the page that has a password field; returns the address it posts to, and the body. Hidden
 * fields keep their values; values of fields that it does not have are left out.
 */
export function passwordForm(html, address, values) {
  const form = html.match(/<form\b[^]*?<\/form>/gi)?.find((form) => /type\s*=\s*["']?password/i.test(form));
  if (!form) throw new Error(`There is no login form at ${address}.`);
  const body = new URLSearchParams();
  for (const [tag] of form.matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(tag, "name");
    if (name) body.set(name, values[name] ?? attribute(tag, "value") ?? "");
  }
  return { action: new URL(attribute(form.match(/<form\b[^>]*>/i)[0], "action") ?? address, address).href, body };
}
