import { execFile } from "node:child_process";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { clientOf } from "../test/api/api-under-test.ts";
import type { Services } from "../test/support/services.ts";
import { aboutMachine, median, writeFigures } from "./figures.ts";
import { withApi } from "./api-load.ts";

/**
 * How many jobs a second the API accepts over 20 connections, as a share of what its parts give on the same machine
 * and services (submit-limits.ts), in turns.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
  },
});

const run = promisify(execFile);

async function rateOf(program: string, ...args: string[]): Promise<number> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, program), ...args]);
  return Number(stdout);
}

function post(key: string, body: string): string {
  return (
    `POST /v1/jobs HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${key}\r\n` +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}

async function main(url: string, key: string, services: Services): Promise<void> {
  const about = { ...aboutMachine(), ...values };
  console.log(JSON.stringify(about));
  const uploadId = await clientOf({ url, key }).upload();
  const request = JSON.stringify(post(key, JSON.stringify({ uploadId, profile: "hls-720p" })));
  const ways: Readonly<Record<string, () => Promise<number>>> = {
    insert: () => rateOf("submit-limits.ts", "insert", services.databaseUrl, values.seconds),
    publish: () => rateOf("submit-limits.ts", "publish", services.amqpUrl, values.seconds),
    "pg-boss": () => rateOf("submit-limits.ts", "pg-boss", services.databaseUrl, values.seconds),
    api: () => rateOf("keep-asking.ts", new URL(url).port, values.seconds, request),
  };
  const rates = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, way] of Object.entries(ways)) rates.get(name)?.push(await way());
  }
  const medians = new Map([...rates].map(([name, all]) => [name, median(all)]));
  const api = medians.get("api") ?? Number.NaN;
  for (const [name, rate] of medians) {
    const share = name === "api" ? "" : `: the API is at ${(api / rate).toFixed(2)}`;
    console.log(`${name.padEnd(8)} ${rate.toFixed(0).padStart(6)} a second${share}`);
  }
  writeFigures("submits", { about, rates: Object.fromEntries(rates) });
}

await withApi(main);
