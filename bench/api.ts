import { execFile, spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { clientOf, until } from "../test/api/api-under-test.ts";
import type { Services } from "../test/support/services.ts";
import { freePort } from "../tools/services/free-port.ts";
import { withApi } from "./api-load.ts";
import { seedFinished } from "./seed.ts";
import { aboutMachine, median, writeFigures } from "./figures.ts";

/**
 * How many requests a second the API answers over 20 connections, as a share of what ten lines of Fastify and pg answer
 * on the same machine and database (limit-server.ts), in alternating order.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    /** Finished jobs in the database. */
    jobs: { type: "string", default: "1000" },
  },
});

const run = promisify(execFile);

async function askFor(port: string, request: string): Promise<number> {
  const args = [join(import.meta.dirname, "keep-asking.ts"), port, values.seconds];
  const { stdout } = await run(process.execPath, [...args, JSON.stringify(request)]);
  return Number(stdout);
}

async function startLimit(databaseUrl: string): Promise<{ port: string; server: ChildProcess }> {
  const port = String(await freePort());
  const args = [join(import.meta.dirname, "limit-server.ts"), port, databaseUrl];
  const server = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  await until("the limit", async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
  return { port, server };
}

function get(path: string, key: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${key}\r\n\r\n`;
}

async function main(url: string, key: string, { databaseUrl }: Services): Promise<void> {
  const about = { ...aboutMachine(), ...values };
  console.log(JSON.stringify(about));
  const uploadId = await clientOf({ url, key }).upload();
  const jobId = await seedFinished(databaseUrl, uploadId, { from: 1, to: Number(values.jobs) });
  const limit = await startLimit(databaseUrl);
  const table = [];
  for (const path of ["/healthz", `/v1/jobs/${jobId}`, "/v1/jobs"]) {
    const api: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < Number(values.rounds); round += 1) {
      bare.push(await askFor(limit.port, get(path, key)));
      api.push(await askFor(new URL(url).port, get(path, key)));
    }
    const row = { path: path.replace(jobId, ":id"), api: median(api), limit: median(bare) };
    const ratio = row.api / row.limit;
    table.push({ ...row, ratio });
    const [ours = "", theirs = ""] = [row.api, row.limit].map((rate) =>
      rate.toFixed(0).padStart(6),
    );
    console.log(`${row.path.padEnd(14)} ${ours} of ${theirs} requests/s: ${ratio.toFixed(2)}`);
  }
  limit.server.kill();
  writeFigures("api", { about, table });
}

await withApi(main);
