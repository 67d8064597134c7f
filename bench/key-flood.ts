import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { decodeMigrateEnv } from "../api/env.ts";
import { generateKey } from "../api/keys/keys.ts";
import { migrate } from "../api/migrate.ts";
import { envFor, until } from "../test/api/api-under-test.ts";
import { startServices } from "../test/support/services.ts";
import { freePort } from "../tools/services/free-port.ts";

/**
 * What guessing keys costs others: the time that a client with a good key waits while another address
 * sends unknown keys, over its time without them, in alternating order. 1 means nothing.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "10" },
    /** Unknown keys a second. */
    rate: { type: "string", default: "1500" },
    /** Of the process that attacks: where to. */
    attack: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const rate = Number(values.rate);

interface Reply {
  readonly status: number;
  readonly ms: number;
}

function ask(url: string, key: string, agent: Agent): Promise<Reply> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}` };
    request(`${url}/v1/jobs?limit=1`, { agent, headers }, (response) => {
      response.resume().on("end", () => {
        resolve({ status: response.statusCode ?? 0, ms: performance.now() - started });
      });
    })
      .on("error", reject)
      .end();
  });
}

/** Sends at a steady pace, however long the answers take; gives all of them. */
async function sendSteadily(perSecond: number, send: () => Promise<Reply>): Promise<Reply[]> {
  const replies: Promise<Reply>[] = [];
  const started = performance.now();
  const total = perSecond * seconds;
  while (replies.length < total) {
    const due = Math.min(total, ((performance.now() - started) / 1000) * perSecond);
    while (replies.length < due) replies.push(send());
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return Promise.all(replies);
}

function counted(replies: readonly Reply[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** The attack, as a process of its own and from an address of its own. */
async function attack(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200, localAddress: "127.0.0.66" });
  const replies = await sendSteadily(rate, () => ask(url, generateKey(clientKeyKind), agent));
  agent.destroy();
  process.stdout.write(JSON.stringify(counted(replies)));
}

function startAttack(url: string): Promise<string> {
  const args = [import.meta.filename, "--attack", url, "--rate", values.rate];
  const child = spawn(process.execPath, [...args, "--seconds", values.seconds], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => {
    child.once("close", () => {
      resolve(text);
    });
  });
}

function percentile(replies: readonly Reply[], share: number): number {
  const sorted = replies.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function measure(url: string, key: string) {
  const agent = new Agent({ keepAlive: true });
  const replies = await sendSteadily(50, () => ask(url, key, agent));
  agent.destroy();
  return {
    p50: percentile(replies, 0.5),
    p99: percentile(replies, 0.99),
    statuses: counted(replies),
  };
}
type Measured = Awaited<ReturnType<typeof measure>>;

async function round(url: string, key: string) {
  const quiet = await measure(url, key);
  const attacking = startAttack(url);
  const flooded = await measure(url, key);
  return { quiet, flooded, attack: await attacking };
}

function line(what: string, { p50, p99, statuses }: Measured): string {
  return `  ${what} p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${JSON.stringify(statuses)}`;
}

async function main(): Promise<void> {
  const services = await startServices({ postgres: true, redis: true, objectStore: true });
  const { databaseUrl, redisUrl, s3 } = services;
  const urls = { databaseUrl, redisUrl, s3 };
  const ports = { PORT: String(await freePort()), WORKER_PORT: String(await freePort()) };
  const env = envFor(urls, {
    ...ports,
    METRICS_PORT: String(await freePort()),
    RATE_LIMIT_PER_MINUTE: "1000000",
  });
  const key = generateKey(clientKeyKind);
  const migration = { DATABASE_URL: databaseUrl, BOOTSTRAP_API_KEY: key };
  await migrate(decodeMigrateEnv(migration), createLogger({ level: "silent", base: {} }));
  const api = spawn(process.execPath, ["api/main.ts"], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    const url = `http://127.0.0.1:${ports.PORT}`;
    await until("readiness", async () => (await fetch(`${url}/readyz`)).ok);
    const about = { cores: cpus().length, load: loadavg(), rate, seconds };
    console.log(JSON.stringify(about));
    const samples: Awaited<ReturnType<typeof round>>[] = [];
    for (let index = 0; index < rounds; index += 1) {
      const sample = await round(url, key);
      samples.push(sample);
      console.log(`round ${index + 1}, load ${loadavg()[0]?.toFixed(1) ?? "?"}`);
      console.log(line("quiet  ", sample.quiet));
      console.log(line("flooded", sample.flooded));
      console.log(`  attack  ${sample.attack}`);
    }
    const ratios = samples
      .map(({ quiet, flooded }) => flooded.p50 / quiet.p50)
      .toSorted((a, b) => a - b);
    console.log(
      `ratio of p50 (flooded / quiet), median: ${ratios[Math.floor(rounds / 2)]?.toFixed(2) ?? "?"}`,
    );
    const folder = join(import.meta.dirname, "../.framewright/bench");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "key-flood.json"), JSON.stringify({ about, samples }, null, 2));
  } finally {
    api.kill("SIGTERM");
    await services.stop();
  }
}

await (values.attack === undefined ? main() : attack(values.attack));
