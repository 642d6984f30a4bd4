// A person with a browser that follows redirects and fills in the forms of the provider's pages.

/**
 * Signs in at the provider from `address` on, and returns the callback that the browser is led to, or whatever else begins
 * with `until`. The browser has, and is given, these `cookies`.
 */
export async function signIn(address, { email, password }, until, cookies = new Map()) {
  let request = { url: new URL(address), init: {} };
  for (let step = 0; step < 10; step += 1) {
    if (request.url.href.startsWith(until)) return request.url;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...request.init.headers, ...(cookie && { cookie }) };
    const response = await fetch(request.url, { ...request.init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location) {
      request = { url: new URL(location, request.url), init: {} };
      continue;
    }
    const page = await response.text();
    if (response.status !== 200) throw new Error(`${response.status} at ${request.url.pathname}: ${title(page)}`);
    request = submit(page, request.url, { email, password });
  }
  throw new Error("The sign-in goes round in circles.");
}

/** The first form of a page, filled in. */
function submit(page, here, values) {
  const [, attributes, body] = page.match(/<form([^>]*)>(.*?)<\/form>/s) ?? [];
  if (!body) throw new Error(`There is no form at ${here.pathname}: ${title(page)}`);
  const fields = new URLSearchParams();
  for (const [tag] of body.matchAll(/<input[^>]*>/g)) {
    const name = attribute(tag, "name");
    fields.set(name, values[name] ?? attribute(tag, "value") ?? "");
  }
  const url = new URL(attribute(attributes, "action"), here);
  return { url, init: { method: "POST", body: fields, headers: { origin: here.origin } } };
}

const attribute = (tag, name) => tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1].replaceAll("&amp;", "&");
const title = page => page.match(/<title>(.*?)<\/title>/s)?.[1] ?? page.slice(0, 200);
