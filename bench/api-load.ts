import { spawn } from "node:child_process";
import { mkdtempSync, openSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { decodeMigrateEnv } from "../api/env.ts";
import { generateKey } from "../api/keys/keys.ts";
import { migrate } from "../api/migrate.ts";
import { envFor, until } from "../test/api/api-under-test.ts";
import { startServices, type Services } from "../test/support/services.ts";
import { percentile } from "./figures.ts";
import { freePort } from "../tools/services/free-port.ts";

/** A request's status, or the code of the error where its connection failed, and its time. */
export interface Reply {
  readonly status: number | string;
  readonly ms: number;
}

/** Lists one job with this key. */
export function ask(url: string, key: string, agent: Agent): Promise<Reply> {
  const started = performance.now();
  return new Promise((resolve) => {
    const end = (status: number | string): void => {
      resolve({ status, ms: performance.now() - started });
    };
    const headers = { authorization: `Bearer ${key}` };
    request(`${url}/v1/jobs?limit=1`, { agent, headers }, (response) => {
      response.resume().on("end", () => {
        end(response.statusCode ?? 0);
      });
    })
      .on("error", (error: NodeJS.ErrnoException) => {
        end(error.code ?? error.message);
      })
      .end();
  });
}

/** Sends at a steady pace, however long the answers take; gives all of them. */
export async function sendSteadily(
  pace: { readonly perSecond: number; readonly seconds: number },
  send: () => Promise<Reply>,
): Promise<Reply[]> {
  const replies: Promise<Reply>[] = [];
  const started = performance.now();
  const total = pace.perSecond * pace.seconds;
  while (replies.length < total) {
    const due = Math.min(total, ((performance.now() - started) / 1000) * pace.perSecond);
    while (replies.length < due) replies.push(send());
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return Promise.all(replies);
}

export function counted(replies: readonly Pick<Reply, "status">[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly statuses: Record<string, number>;
}

/** What a client with a good key gets at 50 requests a second. */
export async function measure(url: string, key: string, seconds: number): Promise<Measured> {
  const agent = new Agent({ keepAlive: true });
  const replies = await sendSteadily({ perSecond: 50, seconds }, () => ask(url, key, agent));
  agent.destroy();
  const times = replies.map(({ ms }) => ms);
  return {
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    statuses: counted(replies),
  };
}

export function line(what: string, { p50, p99, statuses }: Measured): string {
  return `  ${what} p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${JSON.stringify(statuses)}`;
}

export interface ApiProgram {
  readonly workerUrl: string;
  readonly pid: number | undefined;
}

/** Runs `use` with the API as a process of its own, on real services, and a key with all scopes. */
export async function withApi(
  use: (url: string, key: string, services: Services, program: ApiProgram) => Promise<void>,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const services = await startServices({
    ...{ postgres: true, rabbitmq: true, redis: true, objectStore: true },
  });
  const { databaseUrl } = services;
  const port = String(await freePort());
  const workerPort = String(await freePort());
  const env = envFor(services, {
    ...{ PORT: port, WORKER_PORT: workerPort, LEASE_SECONDS: "30", HEARTBEAT_SECONDS: "5" },
    ...{ METRICS_PORT: String(await freePort()), RATE_LIMIT_PER_MINUTE: "1000000" },
    ...more,
  });
  const key = generateKey(clientKeyKind);
  const migration = { DATABASE_URL: databaseUrl, BOOTSTRAP_API_KEY: key };
  await migrate(decodeMigrateEnv(migration), createLogger({ level: "silent", base: {} }));
  // Lines of the log cost what they cost in a pod: each is written.
  const log = openSync(join(mkdtempSync(join(tmpdir(), "framewright-bench-")), "api.log"), "w");
  const api = spawn(process.execPath, ["api/main.ts"], {
    env,
    stdio: ["ignore", log, "inherit"],
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await until("readiness", async () => (await fetch(`${url}/readyz`)).ok);
    const workerUrl = `http://127.0.0.1:${workerPort}`;
    await use(url, key, services, { workerUrl, pid: api.pid });
  } finally {
    api.kill("SIGTERM");
    await services.stop();
  }
}
