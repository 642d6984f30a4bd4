// A browser without scripts: it keeps cookies, follows redirects and signs in.

import { createHash, randomBytes } from "node:crypto";
import { passwordForm } from "./form.mjs";

export class Browser {
  // Application and provider are both on localhost; their cookies have different names.
  #cookies = new Map();

  get cookies() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Sends one request. */
  async send(url, options = {}) {
    const headers = { ...options.headers, cookie: this.cookies };
    const answer = await fetch(url, { ...options, headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const name = pair.slice(0, at).trim();
      if (attributes.some((part) => /^\s*max-age=0\s*$/i.test(part))) this.#cookies.delete(name);
      else this.#cookies.set(name, pair.slice(at + 1));
    }
    return answer;
  }

  /** Sends a request and follows redirects, until one leads to an address that starts with `stop`. */
  async open(url, options = {}, stop = undefined) {
    let answer = await this.send(url, options);
    for (let turn = 0; answer.status >= 300 && answer.status < 400; turn += 1) {
      if (turn === 20) throw new Error(`${url} redirects without end`);
      await answer.arrayBuffer();
      url = new URL(answer.headers.get("location"), url).href;
      if (stop && url.startsWith(stop)) return { url };
      answer = await this.send(url);
    }
    return { url, status: answer.status, text: await answer.text() };
  }

  /** Signs a person in to an organization. */
  async signIn(server, person, organization, password = "tessera-demo") {
    const form = await this.open(`${server.base}/login?organization_name=${organization}`);
    const { action, body } = passwordForm(form.text, form.url, { username: person, email: person, password });
    const { url, status } = await this.open(action, { method: "POST", body });
    if (status !== 200 || !url.startsWith(`${server.base}/o/${organization}`)) {
      throw new Error(`${person} could not sign in to ${organization}: ${status} at ${url}`);
    }
    return this;
  }

  /** Gets an access token for an organization, by its id at the provider, as a program that acts for the person does. */
  async accessToken(server, organization) {
    const verifier = randomBytes(32).toString("base64url");
    const redirect = `${server.base}/callback`;
    const query = new URLSearchParams({
      response_type: "code",
      client_id: "tessera",
      redirect_uri: redirect,
      scope: "openid",
      audience: server.audience,
      organization,
      state: "state",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    const { url } = await this.open(`${server.provider}/authorize?${query}`, {}, redirect);
    const answer = await fetch(`${server.provider}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: "tessera",
        client_secret: server.clientSecret,
        redirect_uri: redirect,
        code: new URL(url).searchParams.get("code") ?? "",
        code_verifier: verifier,
      }),
    });
    if (!answer.ok) throw new Error(`no access token: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).access_token;
  }
}
