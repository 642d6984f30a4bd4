// A name server on loopback. The server under test queries it for the TXT records that a test publishes.

import { createSocket } from "node:dgram";
import { dnsPort } from "./server.ts";

export interface Dns {
  /** Publishes `text` at `name`. */
  set: (name: string, text: string) => void;
  close: () => Promise<void>;
}

/** Starts the server. Names without records do not exist. */
export async function startDns(): Promise<Dns> {
  const records = new Map<string, string>();
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const { name, end } = question(query);
    socket.send(answer(query.subarray(0, 2), query.subarray(12, end), records.get(name)), from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(dnsPort, "127.0.0.1", resolve);
  });
  return {
    set: (name, text) => records.set(name.toLowerCase(), text),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** Parses the queried name and the offset at which the question ends (RFC 1035 section 4.1.2). */
function question(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]; length; length = query[at]) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 5 };
}

/** Builds an answer with one text, or without a text the answer that the name does not exist. */
function answer(id: Uint8Array, question: Uint8Array, text: string | undefined): Buffer {
  const header = Buffer.from([0, 0, 0x81, text === undefined ? 0x83 : 0x80, 0, 1, 0, text === undefined ? 0 : 1, 0, 0, 0, 0]);
  header.set(id);
  if (text === undefined) return Buffer.concat([header, question]);
  const data = Buffer.from(text);
  // The record: a pointer to the name, type TXT, class IN, a TTL of one hour, and the text with its length.
  const record = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0x0e, 0x10, 0, data.length + 1, data.length]);
  return Buffer.concat([header, question, record, data]);
}
