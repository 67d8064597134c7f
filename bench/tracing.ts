import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, openSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Value } from "typebox/value";
import { Job } from "@framewright/contracts/client-api.ts";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import { createLogger } from "@framewright/runtime/log.ts";
import { decodeMigrateEnv } from "../api/env.ts";
import { generateKey } from "../api/keys/keys.ts";
import { migrate } from "../api/migrate.ts";
import { clientOf, envFor, until } from "../test/api/api-under-test.ts";
import { startServices, type Services } from "../test/support/services.ts";
import { freePort } from "../tools/services/free-port.ts";
import { aboutMachine, cpuMsOf, median, writeFigures } from "./figures.ts";

/**
 * CPU time of the API for each request, with traces over without, in many short alternating rounds: of a program that has run for
 * a while, so that what compiling its code costs is not in it. `--ratios 1,0.1` are the shares of submissions that are recorded.
 * `--before FOLDER` has the API of another checkout, without traces, take part as well: what is off should cost nothing.
 * `--profiles FOLDER` writes a profile of each.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    requests: { type: "string", default: "150" },
    warm: { type: "string", default: "2000" },
    ratios: { type: "string", default: "1" },
    before: { type: "string" },
    profiles: { type: "string" },
  },
});
const clients = 4;

interface Api {
  readonly name: string;
  readonly url: string;
  readonly process: ChildProcess;
}

/** Takes spans as fast as they come, and does nothing with them: a collector's CPU is not the API's. */
async function startCollector(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${port}/v1/traces`, close: () => server.close() };
}

function profiled(name: string): string[] {
  if (values.profiles === undefined) return [];
  return ["--cpu-prof", "--cpu-prof-dir", join(resolve(values.profiles), name)];
}

async function startApi(
  name: string,
  services: Services,
  { folder, ...more }: Readonly<Record<string, string>>,
): Promise<Api> {
  const port = String(await freePort());
  const env = envFor(services, {
    ...{
      PORT: port,
      WORKER_PORT: String(await freePort()),
      METRICS_PORT: String(await freePort()),
    },
    ...{
      RATE_LIMIT_PER_MINUTE: "100000000",
      LOG_LEVEL: "info",
      LEASE_SECONDS: "30",
      HEARTBEAT_SECONDS: "5",
    },
    ...more,
  });
  const log = openSync(join(mkdtempSync(join(tmpdir(), "framewright-bench-")), "api.log"), "w");
  const process = spawn(globalThis.process.execPath, [...profiled(name), "api/main.ts"], {
    cwd: folder ?? resolve(import.meta.dirname, ".."),
    env,
    stdio: ["ignore", log, "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await until(`the API ${name}`, async () => (await fetch(`${url}/readyz`)).ok);
  return { name, url, process };
}

type Send = (url: string) => Promise<Response>;

/** Milliseconds of CPU for each request. */
async function load(api: Api, send: Send, requests: string): Promise<number> {
  const total = Number(requests);
  const before = cpuMsOf(api.process.pid);
  let left = total;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const response = await send(api.url);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${api.name} answered ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, lane));
  return (cpuMsOf(api.process.pid) - before) / total;
}

async function compare(what: string, send: Send, apis: readonly Api[]) {
  const used = new Map<string, number[]>(apis.map(({ name }) => [name, []]));
  for (const api of apis) await load(api, send, values.warm);
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const order = round % 2 === 0 ? apis : apis.toReversed();
    for (const api of order) used.get(api.name)?.push(await load(api, send, values.requests));
  }
  const off = used.get("off") ?? [];
  return apis.map(({ name }) => {
    const each = used.get(name) ?? [];
    const ratio = median(each.map((ms, i) => ms / (off[i] ?? Number.NaN)));
    const row = { what, name, ms: median(each), ratio };
    console.log(
      `${what} ${name.padEnd(8)} ${row.ms.toFixed(2)} ms of CPU, ${ratio.toFixed(3)} of off`,
    );
    return row;
  });
}

const services = await startServices({
  postgres: true,
  rabbitmq: true,
  redis: true,
  objectStore: true,
});
const collector = await startCollector();
const key = generateKey(clientKeyKind);
const migration = { DATABASE_URL: services.databaseUrl, BOOTSTRAP_API_KEY: key };
await migrate(decodeMigrateEnv(migration), createLogger({ level: "silent", base: {} }));
const apis: Api[] = [];
try {
  apis.push(await startApi("off", services, {}));
  for (const ratio of values.ratios.split(",")) {
    apis.push(
      await startApi(`at ${ratio}`, services, {
        TRACES_ENDPOINT: collector.url,
        TRACES_JOB_RATIO: ratio,
        TRACES_REQUEST_RATIO: "0.01",
      }),
    );
  }
  if (values.before !== undefined) {
    apis.push(await startApi("before", services, { folder: values.before }));
  }
  const [first] = apis;
  if (first === undefined) throw new Error("no API was started");
  const { url } = first;
  const uploadId = await clientOf({ url, key }).upload();
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  // A class that no worker serves.
  const body = JSON.stringify({ input: { uploadId }, profile: "hls-2160p" });
  const post: Send = (to) => fetch(`${to}/v1/jobs`, { method: "POST", headers, body });
  const { id } = Value.Parse(Job, await (await post(url)).json());
  const get: Send = (to) => fetch(`${to}/v1/jobs/${id}`, { headers });
  const table = [
    ...(await compare("GET /v1/jobs/:id", get, apis)),
    ...(await compare("POST /v1/jobs   ", post, apis)),
  ];
  writeFigures("tracing", { about: { ...aboutMachine(), ...values }, table });
} finally {
  for (const { process } of apis) process.kill("SIGTERM");
  collector.close();
  await services.stop();
}
