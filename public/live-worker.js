// Holds the event streams of this browser: one of each organization, which all of its windows share. Over HTTP/1.1, browsers
// open six connections to a host, so that with a stream for each window the seventh would not load.
//
// The worker belongs to no window, so a window that is closed or frozen takes nothing along. It ends with the last window.
"use strict";

// Streams at the same time, which leaves connections for pages. Further organizations take turns.
const STREAMS_MAX = 3;
const TURN = 5000;
// Windows that have crashed say nothing. They are forgotten after two of these.
const PING = 30000;
// Events that are kept for windows which join, in each stream.
const KEPT_MAX = 500;
// How long windows are waited for that come and go at the same time, as at a navigation.
const PAUSE = 30;
const EVENTS = ["message", "reset", "ended", "here"];
const { OPEN, CLOSED } = EventSource;

// The streams by path. Those that wait longest come first.
const streams = new Map();

class Stream {
  // Windows with the number of the last event that they have, and the page that they show.
  pages = new Set();
  // All events after `start` that the reader may see, up to `last`.
  kept = [];
  start = Infinity;
  last = 0;
  // Who is where, by page, and the pages that the server was told.
  here = new Map();
  told = new Set();

  constructor(path) {
    this.path = path;
  }

  add(page) {
    this.pages.add(page);
    page.behind = page.last < this.start;
    const isKnown = !page.at || this.told.has(page.at);
    if (page.behind || !isKnown || this.isLost || !(this.source || this.waits)) this.restart(page.behind ? page.last : this.last);
    if (page.behind) return;
    for (const event of this.kept) this.send(page, event);
    if (this.here.has(page.at)) this.send(page, ["here", this.here.get(page.at), ""]);
    if (this.source?.readyState === OPEN) this.send(page, ["open"]);
  }

  remove(page) {
    if (!this.pages.delete(page)) return;
    if (this.pages.size) {
      if (page.at && ![...this.pages].some(({ at }) => at === page.at)) this.restart(this.last);
      return;
    }
    clearTimeout(this.timer);
    this.close();
    streams.delete(this.path);
  }

  // Opens the stream again, for the events after `from`.
  restart(from) {
    this.from = Math.min(this.from ?? Infinity, from);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), PAUSE);
  }

  open() {
    this.close();
    this.waits = [...streams.values()].filter(({ source }) => source).length >= STREAMS_MAX;
    if (this.waits) return;
    const from = this.from ?? this.last;
    this.from = undefined;
    if (from < this.start || from < this.last) {
      this.kept = [];
      this.start = from;
    }
    this.last = Math.max(this.last, from);
    this.isLost = false;
    for (const page of this.pages) page.behind = false;
    this.told = new Set([...this.pages].map(({ at }) => at).filter(Boolean));
    this.here.clear();
    const at = this.told.size ? `&at=${[...this.told].join(",")}` : "";
    const source = new EventSource(`${this.path}?after=${from}${at}`);
    this.source = source;
    for (const name of EVENTS) source.addEventListener(name, ({ data, lastEventId }) => this.receive([name, data, lastEventId]));
    source.addEventListener("open", () => this.tell(["open"]));
    source.addEventListener("error", () => this.fail());
  }

  close() {
    this.source?.close();
    this.source = undefined;
  }

  // Lets another organization have the connection for a while.
  park() {
    this.close();
    this.waits = true;
    streams.delete(this.path);
    streams.set(this.path, this);
  }

  receive(event) {
    const [name, data, id] = event;
    const number = Number(id);
    if (name === "here") this.here.set(JSON.parse(data).page, data);
    if (name === "message") {
      if (number > this.last || !this.kept.some(([, , other]) => other === id)) this.kept.push(event);
      if (this.kept.length > KEPT_MAX) this.start = Number(this.kept.shift()[2]);
    }
    if (name === "reset") {
      this.kept = [];
      this.start = number;
    }
    if (name === "message" || name === "reset") this.last = Math.max(this.last, number);
    this.tell(event);
    // No window has access any more. Each says so, and leaves.
    if (name === "ended") this.close();
  }

  fail() {
    this.isLost = true;
    this.tell(["error"]);
    if (this.source?.readyState === CLOSED) this.source = undefined;
  }

  tell(event) {
    for (const page of this.pages) this.send(page, event);
  }

  // Each window gets each event once, and in order.
  send(page, [name, data, id]) {
    if (name === "message" || name === "reset") {
      if (page.behind || Number(id) <= page.last) return;
      page.last = Number(id);
    }
    page.port.postMessage([name, data, id, this.source?.readyState ?? CLOSED]);
  }
}

const join = (port, address) => {
  const { pathname, searchParams } = new URL(address, location.href);
  const stream = streams.get(pathname) ?? new Stream(pathname);
  streams.set(pathname, stream);
  const page = { port, stream, silent: 0, last: Number(searchParams.get("after")), at: searchParams.get("at") ?? "" };
  stream.add(page);
  return page;
};

const everyPage = () => [...streams.values()].flatMap(({ pages }) => [...pages]);

self.addEventListener("connect", ({ ports: [port] }) => {
  let page;
  port.onmessage = ({ data }) => {
    if (data === "pong") page.silent = 0;
    else if (data) page = join(port, data);
    else page.stream.remove(page);
  };
});

setInterval(() => {
  for (const page of everyPage()) {
    page.silent += 1;
    page.port.postMessage(["ping"]);
    if (page.silent < 3) continue;
    // If it goes on all the same, it joins again.
    page.port.postMessage(["error", "", "", CLOSED]);
    page.stream.remove(page);
  }
}, PING);

setInterval(() => {
  const all = [...streams.values()];
  const next = all.find(({ waits }) => waits);
  if (!next) return;
  const open = all.filter(({ source }) => source);
  if (open.length >= STREAMS_MAX) open[0].park();
  next.open();
}, TURN);
