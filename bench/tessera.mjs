// The release build as a server under test, and its data.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Program, run } from "./processes.mjs";
import { Browser } from "./browser.mjs";

/** What the tests' people are called, and where they are. */
export const ORGANIZATION = "abc-inc";
export const ORGANIZATION_ID = "org_AbcInc0000000001";
export const PERSON = "joe@example.com";
/** Projects beside the board and the two of the demo. */
const OTHER_PROJECTS = 17;
const PASSWORD = "a password of the measurement";

export class Tessera {
  audience = "https://api.tessera.example/";
  clientSecret = "the application's secret of this measurement alone";
  managementSecret = "the administrator's secret of this measurement alone";

  /** `database`: { url, migration }, of PostgreSQL, or nothing for a file of SQLite in `folder`. `dist`: the build. */
  constructor(name, folder, [port, providerPort], database = undefined, dist = process.env.BENCH_DIST) {
    database ??= { url: `sqlite://${folder}/tessera.db` };
    mkdirSync(folder, { recursive: true });
    this.name = name;
    this.folder = folder;
    this.database = database;
    this.base = `http://localhost:${port}`;
    this.provider = `http://localhost:${providerPort}`;
    this.program = join(dist, "tessera");
    this.env = {
      PATH: process.env.PATH,
      HOST: "127.0.0.1",
      PORT: port,
      APP_BASE_URL: this.base,
      IDP_ADDR: `127.0.0.1:${providerPort}`,
      DATA_DIR: folder,
      DATABASE_URL: database.url,
      ...(database.migration && { MIGRATION_DATABASE_URL: database.migration }),
      AUTH0_CLIENT_SECRET: this.clientSecret,
      AUTH0_MANAGEMENT_CLIENT_SECRET: this.managementSecret,
      // A thousand open pages come from one address.
      MAX_CONNECTIONS: "8000",
      MAX_CONNECTIONS_PER_ADDRESS: "4000",
      LEPTOS_SITE_ROOT: join(dist, "site"),
      LEPTOS_HASH_FILES: "true",
      LOG: "warn",
    };
  }

  /** Starts the server; returns the milliseconds until it answered. */
  async start() {
    const started = performance.now();
    const options = { env: this.env, cwd: this.folder, log: join(this.folder, "server.log") };
    this.process = new Program(this.name, this.program, ["serve"], options);
    return this.process.ready(`${this.base}/healthz`, started);
  }

  stop() {
    return this.process.stop();
  }

  /** Runs the command line, beside the server or without it. */
  command(...args) {
    return run(this.program, args.map(String), { env: this.env, cwd: this.folder });
  }

  /** Adds the board of 300 tasks that is measured. */
  seedBoard() {
    this.command("seed", "--project", "BENCH", "--tasks", 300);
  }

  /** Adds small projects, so that the organization has twenty. */
  seedSmall() {
    for (let number = 1; number <= OTHER_PROJECTS; number += 1) {
      this.command("seed", "--project", `S${`${number}`.padStart(3, "0")}`, "--tasks", 20);
    }
  }

  /** Adds organizations, tasks and comments, the most of them in as many projects of the organization. */
  seedScale({ organizations, tasks, comments }) {
    const args = ["--organizations", organizations, "--tasks", tasks, "--comments", comments];
    this.command("seed-scale", "--largest", ORGANIZATION, "--projects", OTHER_PROJECTS, ...args);
  }

  /** The cookies of a new browser, in which a person is signed in. */
  async signIn(person = PERSON, organization = ORGANIZATION, password = undefined) {
    return (await new Browser().signIn(this, person, organization, password)).cookies;
  }

  board(project = "BENCH") {
    return `${this.base}/o/${ORGANIZATION}/projects/${project}/board`;
  }

  /** Calls the provider's Management API. */
  async #manage(token, path, body) {
    const answer = await fetch(`${this.provider}/api/v2/${path}`, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  /** Adds people to the organization and signs each in, in three browsers; returns the cookies of all browsers. */
  async addPeople(count) {
    const answer = await fetch(`${this.provider}/oauth/token`, {
      method: "POST",
      body: this.tokenRequest(),
    });
    const token = (await answer.json()).access_token;
    const roles = await this.#manage(token, "roles");
    const member = roles.find(({ name }) => name === "member").id;
    const browsers = [];
    for (let number = 1; number <= count; number += 1) {
      const email = `bench-${number}@example.com`;
      const user = { connection: "Username-Password-Authentication", email, password: PASSWORD, email_verified: true };
      const { user_id: id } = await this.#manage(token, "users", { ...user, name: `Person ${number}` });
      const members = `organizations/${ORGANIZATION_ID}/members`;
      await this.#manage(token, members, { members: [id] });
      await this.#manage(token, `${members}/${encodeURIComponent(id)}/roles`, { roles: [member] });
      for (let turn = 0; turn < 3; turn += 1) browsers.push(await this.signIn(email, ORGANIZATION, PASSWORD));
    }
    return browsers;
  }

  /** The body of a request for a token of the provider's Management API. */
  tokenRequest() {
    return new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "tessera-management",
      client_secret: this.managementSecret,
      audience: `${this.provider}/api/v2/`,
    });
  }
}
