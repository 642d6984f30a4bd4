// Starts the server once, and the tests in a second process: Node reads NODE_EXTRA_CA_CERTS when it starts, and the
// certificate is made by the server's first start.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { start, stop } from "./server.mjs";

const server = await start();
const certificate = join(process.env.TESSERA_DATA, "https", "certificate.pem");
const tests = spawn(process.execPath, ["--test", "--test-reporter=tap", "--test-concurrency=1"], {
  cwd: import.meta.dirname,
  stdio: "inherit",
  env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate },
});
const [code] = await once(tests, "exit");
await stop(server);
process.exit(code ?? 1);
