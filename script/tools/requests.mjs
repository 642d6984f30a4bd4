// What the measurements send, and how they sum up.

import { Agent, request } from "node:http";

/** Sends forms as a signed-in page does, over connections that stay open. */
export class Client {
  #agent;

  constructor(origin, cookies, connections) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.origin = origin;
    this.headers = {
      cookie: cookies,
      origin,
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    };
  }

  /** The status that the form is answered with. */
  post(path, fields) {
    return new Promise((resolve, reject) => {
      const sent = request(this.origin + path, { method: "POST", agent: this.#agent, headers: this.headers }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode));
      });
      sent.on("error", reject);
      sent.end(new URLSearchParams(fields).toString());
    });
  }

  close() {
    this.#agent.destroy();
  }
}

/** The value that `share` per cent of them do not exceed. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * share) / 100) - 1)];
}
