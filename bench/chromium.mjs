// What a visitor of a page waits for, in Chromium: paint, layout shift, the moment from which the page answers, and bytes.

import { createRequire } from "node:module";
import { join } from "node:path";
import { median } from "./requests.mjs";
import { ORGANIZATION } from "./tessera.mjs";

const { chromium } = createRequire(join(process.env.BENCH_END2END, "package.json"))("@playwright/test");

/** An ordinary phone. */
export const PHONE = { megabits: 1.6, latency: 150, slowdown: 4 };

/** Pages whose bytes are counted, and whether one must be signed in. */
const ROUTES = [
  ["/", false], ["/sign-in", false], ["/no-such-page", false],
  [`/o/${ORGANIZATION}`, true], [`/o/${ORGANIZATION}/projects/BENCH/board`, true], [`/o/${ORGANIZATION}/projects/BENCH/list`, true],
  [`/o/${ORGANIZATION}/projects/BENCH`, true], [`/o/${ORGANIZATION}/tasks/BENCH-1`, true], [`/o/${ORGANIZATION}/inbox`, true],
  [`/o/${ORGANIZATION}/my-work`, true], [`/o/${ORGANIZATION}/search`, true], [`/o/${ORGANIZATION}/projects/new`, true],
  [`/o/${ORGANIZATION}/settings/people`, true], ["/", true],
];

/** Records in the page when it was painted, how much it shifted, and when it was hydrated: only then is a theme checked. */
function watch() {
  const seen = { paint: 0, shift: 0, moved: "", interactive: 0 };
  window.seen = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === "first-contentful-paint") seen.paint = entry.startTime;
  }).observe({ type: "paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries().filter(({ hadRecentInput }) => !hadRecentInput)) {
      seen.shift += entry.value;
      seen.moved ||= entry.sources.map(({ node }) => (node?.outerHTML ?? node?.nodeValue ?? "").slice(0, 80)).join(" and ");
    }
  }).observe({ type: "layout-shift", buffered: true });
  const look = setInterval(() => {
    if (!document.querySelector("input[name=theme]:checked")) return;
    seen.interactive = performance.now();
    clearInterval(look);
  }, 10);
}

/** Runs `work` in a new browser that has this server's cookies and nothing in its cache. */
async function inBrowser(server, cookies, work) {
  const executablePath = process.env.CHROMIUM;
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const context = await browser.newContext();
    const pair = (text) => ({ name: text.slice(0, text.indexOf("=")), value: text.slice(text.indexOf("=") + 1), url: server.base });
    if (cookies) await context.addCookies(cookies.split("; ").map(pair));
    const page = await context.newPage();
    return await work(page, await context.newCDPSession(page));
  } finally {
    await browser.close();
  }
}

/** Loads a board `times` times as a phone does. Medians in milliseconds, and the most that a page shifted. */
export async function phone(server, path, times) {
  const loads = [];
  for (let turn = 0; turn < times; turn += 1) {
    loads.push(await inBrowser(server, server.cookies, async (page, cdp) => {
      await cdp.send("Network.enable");
      const rate = (PHONE.megabits * 1e6) / 8;
      await cdp.send("Network.emulateNetworkConditions", {
        offline: false, latency: PHONE.latency, downloadThroughput: rate, uploadThroughput: rate,
      });
      await cdp.send("Emulation.setCPUThrottlingRate", { rate: PHONE.slowdown });
      await page.addInitScript(watch);
      await page.goto(server.base + path, { timeout: 120_000 });
      await page.waitForFunction(() => window.seen.interactive > 0, undefined, { timeout: 120_000 });
      return page.evaluate(() => window.seen);
    }));
  }
  const of = (name) => loads.map((load) => load[name]);
  return { paint: median(of("paint")), interactive: median(of("interactive")), shift: Math.max(...of("shift")), loads: times };
}

/** The largest layout shift of a board in `times` loads without a slower network. */
export async function shift(server, path, times) {
  return inBrowser(server, server.cookies, async (page) => {
    await page.addInitScript(watch);
    let [most, moved] = [0, ""];
    for (let turn = 0; turn < times; turn += 1) {
      await page.goto(server.base + path);
      await page.waitForFunction(() => window.seen.interactive > 0);
      const seen = await page.evaluate(() => window.seen);
      if (seen.shift > most) [most, moved] = [seen.shift, seen.moved];
    }
    return { most, moved, loads: times };
  });
}

/** Counts the bytes of a first visit to each route, by kind, as they go over the network. */
export async function bytes(server) {
  const routes = [];
  for (const [path, isSignedIn] of ROUTES) {
    routes.push(await inBrowser(server, isSignedIn ? server.cookies : undefined, async (page, cdp) => {
      await cdp.send("Network.enable");
      const kinds = new Map();
      const row = { path, isSignedIn, document: 0, script: 0, wasm: 0, style: 0, other: 0 };
      cdp.on("Network.responseReceived", ({ requestId, type, response }) => {
        const isWasm = response.mimeType === "application/wasm";
        const kind = { Document: "document", Script: "script", Stylesheet: "style" }[type] ?? "other";
        kinds.set(requestId, isWasm ? "wasm" : kind);
      });
      cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => (row[kinds.get(requestId) ?? "other"] += encodedDataLength));
      const answer = await page.goto(server.base + path);
      row.status = answer.status();
      await page.waitForLoadState("load");
      // Modules are fetched by scripts, after the page is loaded; its stream of events never ends.
      await page.waitForTimeout(1_500);
      row.total = row.document + row.script + row.wasm + row.style + row.other;
      return row;
    }));
  }
  return routes;
}
