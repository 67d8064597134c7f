import { parseArgs } from "node:util";
import { clientOf } from "../test/api/api-under-test.ts";
import type { Services } from "../test/support/services.ts";
import { registerWorker, type WorkerUnderTest } from "../test/api/worker-under-test.ts";
import { withApi, type ApiProgram } from "./api-load.ts";
import { aboutMachine, median, writeFigures } from "./figures.ts";
import { seedFinished } from "./seed.ts";

/**
 * Whether what is asked often stays as fast when there is much: the median time of a request, one after another, with so
 * many finished jobs, and with so many that wait, over that with the fewest. 1 means flat.
 */
const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100" },
    finished: { type: "string", default: "1000,100000,1000000" },
    waiting: { type: "string", default: "1,1000,10000" },
  },
});

type Client = ReturnType<typeof clientOf>;
type Step = () => Promise<{ readonly status: number }>;

interface Point {
  readonly of: "finished" | "waiting";
  readonly count: number;
  readonly ms: Readonly<Record<string, number>>;
}

async function timeOf(step: Step): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < Number(values.requests); i += 1) {
    const began = performance.now();
    const { status } = await step();
    times.push(performance.now() - began);
    if (status >= 300) throw new Error(`answered ${status}`);
  }
  return median(times);
}

async function measure(steps: Readonly<Record<string, Step>>): Promise<Record<string, number>> {
  const ms: Record<string, number> = {};
  for (const [name, step] of Object.entries(steps)) ms[name] = await timeOf(step);
  return ms;
}

function numbers(text: string): number[] {
  return text.split(",").map(Number);
}

interface Parts {
  readonly client: Client;
  readonly worker: WorkerUnderTest;
  readonly uploadId: string;
  readonly databaseUrl: string;
}

/** A job that is submitted and cancelled, so that none more waits afterwards. */
function submitAndCancel({ client, uploadId }: Parts): Step {
  return async () => {
    const { id } = await client.submit({ uploadId, profile: "hls-720p" });
    return client.send("POST", `/v1/jobs/${id}/cancel`);
  };
}

/** A job that is claimed and handed back. */
function claimAndRelease({ worker }: Parts): Step {
  return async () => {
    const { status, body } = await worker.claimAny();
    if (status !== 200) throw new Error(`the claim answered ${status}`);
    return worker.release(body, "draining");
  };
}

async function withFinished(parts: Parts): Promise<Point[]> {
  const points: Point[] = [];
  let made = 0;
  for (const count of numbers(values.finished)) {
    const { client, uploadId, databaseUrl } = parts;
    const id = await seedFinished(databaseUrl, uploadId, { from: made + 1, to: count });
    made = count;
    const ms = await measure({
      "GET job": () => client.send("GET", `/v1/jobs/${id}`),
      "list of 20": () => client.send("GET", "/v1/jobs"),
      "succeeded only": () => client.send("GET", "/v1/jobs?state=succeeded"),
      "submit, cancel": submitAndCancel(parts),
    });
    points.push({ of: "finished", count, ms });
  }
  return points;
}

async function withWaiting(parts: Parts): Promise<Point[]> {
  const points: Point[] = [];
  let made = 0;
  for (const count of numbers(values.waiting)) {
    const more = Array.from({ length: count - made }, () => parts.uploadId);
    made = count;
    while (more.length > 0) {
      const few = more.splice(0, 20);
      await Promise.all(
        few.map((uploadId) => parts.client.submit({ uploadId, profile: "hls-720p" })),
      );
    }
    const ms = await measure({
      "claim, release": claimAndRelease(parts),
      "submit, cancel": submitAndCancel(parts),
      "list of 20": () => parts.client.send("GET", "/v1/jobs"),
    });
    points.push({ of: "waiting", count, ms });
  }
  return points;
}

function print(points: readonly Point[]): void {
  const [fewest] = points;
  if (fewest === undefined) return;
  for (const name of Object.keys(fewest.ms)) {
    const cells = points.map(({ count, ms }) => {
      const share = (ms[name] ?? Number.NaN) / (fewest.ms[name] ?? Number.NaN);
      return `${count}: ${(ms[name] ?? Number.NaN).toFixed(1)} ms (${share.toFixed(2)})`;
    });
    console.log(`${fewest.of.padEnd(9)} ${name.padEnd(15)} ${cells.join("   ")}`);
  }
}

async function main(
  url: string,
  key: string,
  { databaseUrl }: Services,
  { workerUrl }: ApiProgram,
) {
  const about = { ...aboutMachine(), ...values };
  console.log(JSON.stringify(about));
  const client = clientOf({ url, key });
  const worker = await registerWorker({ workerUrl }, "bench-claims");
  const parts = { client, worker, databaseUrl, uploadId: await client.upload() };
  const waiting = await withWaiting(parts);
  print(waiting);
  const finished = await withFinished(parts);
  print(finished);
  writeFigures("growth", { about, points: [...waiting, ...finished] });
}

await withApi(main);
