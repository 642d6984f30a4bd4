// The server under test: its addresses and its command.

import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const { env } = process;
const dist = env.TESSERA_DIST_DIR;
if (!dist) throw new Error("Please run the browser tests with: script/test browser");

export const program = join(dist, "tessera");

// Every Playwright worker evaluates the configuration again and takes the folder from this environment variable.
env.TESSERA_DATA ??= mkdtempSync(join(tmpdir(), "tessera-end2end-"));
export const data = env.TESSERA_DATA;

const port = env.TESSERA_PORT ?? "3100";
const identityProviderPort = env.TESSERA_IDP_PORT ?? "4500";
/** The port for the name server of a test. */
export const dnsPort = Number(env.TESSERA_DNS_PORT ?? "5300");

export const baseURL = `http://localhost:${port}`;
export const providerURL = `http://localhost:${identityProviderPort}`;

/** The environment variables of the server. */
export const environment: Record<string, string> = {
  HOST: "127.0.0.1",
  PORT: port,
  APP_BASE_URL: baseURL,
  IDP_ADDR: `127.0.0.1:${identityProviderPort}`,
  DNS_SERVER: `127.0.0.1:${dnsPort}`,
  DATA_DIR: data,
  DATABASE_URL: `sqlite://${join(data, "tessera.db")}`,
  LEPTOS_SITE_ROOT: join(dist, "site"),
  // The file names of a development build contain no content hashes.
  LEPTOS_HASH_FILES: env.TESSERA_HASH_FILES ?? "true",
};

/** Adds workspaces for a demo person. The provider does not know these workspaces. */
export async function seedWorkspaces({ email }: { email: string }, count: number): Promise<void> {
  await promisify(execFile)(program, ["seed-workspaces", "--person", email, "--count", `${count}`], {
    cwd: data,
    env: { ...env, ...environment },
  });
}

/** Adds a project with many tasks to abc-inc. */
export async function seedProject(key: string, tasks: number): Promise<void> {
  await promisify(execFile)(program, ["seed", "--project", key, "--tasks", `${tasks}`], {
    cwd: data,
    env: { ...env, ...environment },
  });
}

/** Invites a person with the command line of the server and returns the link. */
export async function invite(organization: string, email: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, ["invite", organization, email, "--role", "member"], {
    cwd: data,
    env: { ...env, ...environment },
  });
  return stdout.trim();
}

/** Expires an open invitation in the database, since the shortest lifetime on the page is a day. */
export async function letInvitationExpire(email: string): Promise<void> {
  const sql = `UPDATE invitation SET expires_at = created_at WHERE address = '${email}' AND state = 'open'`;
  await promisify(execFile)("sqlite3", ["-cmd", ".timeout 5000", join(data, "tessera.db"), sql]);
}

/** The request id on an error page, which differs between otherwise equal pages. */
export const requestId = /Request id: [\w-]+/;
