// The provider that the clients talk to: the release binary on free ports, with secrets that the tests know.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const { env } = process;

/** Ports and secrets, made by script/test. */
export const port = Number(env.TESSERA_PORT ?? 3300);
export const httpPort = Number(env.TESSERA_IDP_PORT ?? 4500);
export const httpsPort = Number(env.TESSERA_IDP_HTTPS_PORT ?? 4543);

export const domain = `localhost:${httpsPort}`;
export const issuers = { http: `http://localhost:${httpPort}/`, https: `https://localhost:${httpsPort}/` };
export const callback = `https://127.0.0.1:${port}/callback`;
export const afterLogout = `https://127.0.0.1:${port}/`;
export const audience = "https://api.tessera.example/";

export const web = { id: "tessera", secret: "the secret of the application, for tests" };
export const management = { id: "tessera-management", secret: "the secret of the administration, for tests" };

export const acme = "org_AcmeCorp00000001";
export const abc = "org_AbcInc0000000001";
export const joe = "auth0|d00000000000000000000005";

/** Starts the server and waits until it says where it is. */
export async function start() {
  const server = spawn(env.TESSERA_PROGRAM, ["serve", "--https"], {
    cwd: env.TESSERA_DATA,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: env.PATH,
      PORT: String(port),
      IDP_ADDR: `127.0.0.1:${httpPort}`,
      IDP_HTTPS_ADDR: `127.0.0.1:${httpsPort}`,
      DATA_DIR: env.TESSERA_DATA,
      LEPTOS_SITE_ROOT: join(dirname(env.TESSERA_PROGRAM), "site"),
      LEPTOS_HASH_FILES: "true",
      AUTH0_CLIENT_SECRET: web.secret,
      AUTH0_MANAGEMENT_CLIENT_SECRET: management.secret,
      LOG: "warn",
    },
  });
  for await (const line of createInterface(server.stdout)) {
    if (line.startsWith("Sign-in is by")) return server;
  }
  throw new Error("Tessera did not start.");
}

export async function stop(server) {
  server.kill();
  await once(server, "exit");
}
