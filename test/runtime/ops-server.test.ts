import type { AddressInfo } from "node:net";
import { Gauge, Registry } from "prom-client";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createOpsServer, listen } from "../../runtime/ops-server.ts";
import { runPhases } from "../../runtime/shutdown.ts";

const log = pino({ level: "silent" });
const registry = new Registry();
const jobs = new Gauge({ name: "jobs", help: "Jobs", registers: [registry] });
let ready = true;
const server = createOpsServer({
  log,
  registry,
  refresh: () => {
    jobs.set(7);
    return Promise.resolve();
  },
  routes: {
    "/ready": () => ({ status: ready ? 200 : 503, body: { ready } }),
    "/broken": () => Promise.reject(new Error("secret detail")),
  },
});

beforeEach(async () => {
  if (!server.listening) await listen(server, 0);
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

async function get(path: string): Promise<[number, string]> {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return [response.status, await response.text()];
}

it("answers probes, refreshed metrics, and what it does not have", async () => {
  expect(await get("/ready?x=1")).toEqual([200, '{"ready":true}']);
  ready = false;
  expect(await get("/ready")).toEqual([503, '{"ready":false}']);
  const [status, text] = await get("/metrics");
  expect([status, text]).toEqual([200, expect.stringContaining("jobs 7")]);
  expect(await get("/toString")).toEqual([404, "not found; there are /metrics, /ready, /broken\n"]);
});

it("says nothing of an error but that there was one", async () => {
  expect(await get("/broken")).toEqual([500, "internal error\n"]);
});

it("a shutdown runs every phase in order, whatever becomes of one", async () => {
  const ran: string[] = [];
  const phase = (name: string, run: () => Promise<unknown>) => ({
    name,
    limitMs: 20,
    run: () => {
      ran.push(name);
      return run();
    },
  });
  await runPhases(
    [
      phase("fails", () => Promise.reject(new Error("no"))),
      phase("hangs", () => new Promise(() => undefined)),
      phase("last", () => Promise.resolve()),
    ],
    log,
  );
  expect(ran).toEqual(["fails", "hangs", "last"]);
});
