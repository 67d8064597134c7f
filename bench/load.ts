import { Agent, request } from "node:http";
import { parseArgs } from "node:util";
import { clientOf } from "../test/api/api-under-test.ts";
import type { Services } from "../test/support/services.ts";
import { counted, sendSteadily, withApi, type ApiProgram, type Reply } from "./api-load.ts";
import { aboutMachine, cpuMsOf, percentile, writeFigures } from "./figures.ts";
import { seedFinished } from "./seed.ts";

/**
 * Seed 002 claims 5,000 requests a second with ten replicas. What one replica can is a matter of its cores: this measures reads at
 * steady paces, with a rate limit for each key as in production, by the CPU time that they take.
 */
const { values } = parseArgs({
  options: {
    paces: { type: "string", default: "50,100,200" },
    seconds: { type: "string", default: "10" },
    /** Each has the default of 6,000 requests a minute, as long as there are enough for the pace. */
    keys: { type: "string", default: "10" },
    jobs: { type: "string", default: "1000" },
  },
});
const claim = { requestsPerSecond: 5_000, replicas: 10 };

function read(url: string, key: string, agent: Agent): Promise<Reply> {
  const started = performance.now();
  return new Promise((resolve) => {
    const end = (status: number | string): void => {
      resolve({ status, ms: performance.now() - started });
    };
    const headers = { authorization: `Bearer ${key}` };
    request(url, { agent, headers }, (response) => {
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

/** Keys of clients beside the first one, which may make them. */
async function moreKeys(url: string, key: string, count: number): Promise<string[]> {
  const client = clientOf({ url, key });
  const made = Array.from({ length: count }, async (_, i) => {
    const body = { name: `load ${i}`, scopes: ["jobs:read"] };
    const answer = await client.send<{ readonly key: string }>("POST", "/v1/api-keys", body);
    return answer.body.key;
  });
  return Promise.all(made);
}

async function main(
  url: string,
  key: string,
  { databaseUrl }: Services,
  { pid }: ApiProgram,
): Promise<void> {
  const about = { ...aboutMachine(), ...values };
  console.log(JSON.stringify(about));
  const uploadId = await clientOf({ url, key }).upload();
  const jobId = await seedFinished(databaseUrl, uploadId, { from: 1, to: Number(values.jobs) });
  const keys = await moreKeys(url, key, Number(values.keys));
  const agent = new Agent({ keepAlive: true, maxSockets: 40 });
  // Players and pages ask for one job far more often than for a list.
  const paths = [...Array.from({ length: 9 }, () => `/v1/jobs/${jobId}`), "/v1/jobs?limit=20"];
  let sent = 0;
  const next = (): Promise<Reply> => {
    sent += 1;
    const path = paths[sent % paths.length] ?? "";
    return read(`${url}${path}`, keys[sent % keys.length] ?? key, agent);
  };
  await sendSteadily({ perSecond: 50, seconds: 2 }, next);
  const table = [];
  for (const perSecond of values.paces.split(",").map(Number)) {
    const before = cpuMsOf(pid);
    const replies = await sendSteadily({ perSecond, seconds: Number(values.seconds) }, next);
    const cpuMs = (cpuMsOf(pid) - before) / replies.length;
    const times = replies.map(({ ms }) => ms);
    const row = {
      perSecond,
      cpuMs,
      perCore: 1000 / cpuMs,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      statuses: counted(replies),
    };
    table.push(row);
    console.log(
      `${String(perSecond).padStart(5)} a second: ${cpuMs.toFixed(2)} ms of CPU each, which is ${row.perCore.toFixed(0)} a second ` +
        `for each core; p50 ${row.p50.toFixed(1)} ms, p99 ${row.p99.toFixed(1)} ms, ${JSON.stringify(row.statuses)}`,
    );
  }
  agent.destroy();
  const best = Math.max(...table.map(({ perCore }) => perCore));
  const wanted = claim.requestsPerSecond / claim.replicas;
  console.log(
    `${claim.requestsPerSecond} a second with ${claim.replicas} replicas: ${(wanted / best).toFixed(2)} cores for each replica`,
  );
  writeFigures("load", { about, claim, table });
}

await withApi(main, { RATE_LIMIT_PER_MINUTE: "6000" });
