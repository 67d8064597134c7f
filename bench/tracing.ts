import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Value } from "typebox/value";
import { Job } from "@framewright/contracts/client-api.ts";
import { adminSecret, clientOf, until } from "../test/api/api-under-test.ts";
import { clips } from "../test/support/clips.ts";
import { startProcess, workerTools } from "../test/support/worker-process.ts";
import { freePort } from "../tools/services/free-port.ts";
import { withApi } from "./api-load.ts";
import { aboutMachine, cpuMsOf, median, percentile, treeCpuMsOf, writeFigures } from "./figures.ts";

/**
 * What traces cost, in one process: rounds in turn whose requests name a parent that is recorded and one that is not, so that
 * code, heap and neighbours are the same for both. Two processes of the same program differ by more than what is looked for. Each
 * round has its share of sending spans in it, as it ends when the collector has them. Jobs likewise, by the worker's CPU and wall time.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    requests: { type: "string", default: "300" },
    warm: { type: "string", default: "2000" },
    // Pairs of jobs.
    jobs: { type: "string", default: "10" },
  },
});
const clients = 4;
/** Spans wait for a second at most before they are sent (runtime/tracing/open-telemetry.ts). */
const untilSentMs = 1500;
const patienceMs = 120_000;

/** Takes spans as fast as they come, and only counts them: a collector's CPU is nobody's here. */
async function startCollector() {
  let spans = 0;
  const server = createServer((request, response) => {
    void text(request).then((sent) => {
      spans += sent.split('"spanId"').length - 1;
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const url = `http://127.0.0.1:${port}/v1/traces`;
  return { url, spans: () => spans, close: () => server.close() };
}
type Collector = Awaited<ReturnType<typeof startCollector>>;

function traceparent(isRecorded: boolean): string {
  const [trace, span] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
  return `00-${trace}-${span}-${isRecorded ? "01" : "00"}`;
}

/** Does the same twice, recorded and not, in an order that changes from pair to pair. */
async function inTurns<T>(pairs: string, once: (isRecorded: boolean) => Promise<T>) {
  const found: { readonly with: T; readonly without: T }[] = [];
  for (let pair = 0; pair < Number(pairs); pair += 1) {
    if (pair % 2 === 0) {
      const without = await once(false);
      found.push({ without, with: await once(true) });
    } else {
      const recorded = await once(true);
      found.push({ with: recorded, without: await once(false) });
    }
  }
  return found;
}

/** The median of the pairs' ratios, with the half of them that is nearest to it. */
function row(what: string, pairs: readonly { readonly with: number; readonly without: number }[]) {
  const ratios = pairs.map((pair) => pair.with / pair.without);
  const [on, off] = [
    median(pairs.map((pair) => pair.with)),
    median(pairs.map((pair) => pair.without)),
  ];
  const [low, ratio, high] = [percentile(ratios, 0.25), median(ratios), percentile(ratios, 0.75)];
  const spread = `${low.toFixed(3)} to ${high.toFixed(3)}`;
  console.log(
    `${what.padEnd(22)} ${on.toFixed(2)} ms over ${off.toFixed(2)} ms: ${ratio.toFixed(3)} (${spread}, ${pairs.length} pairs)`,
  );
  return { what, on, off, ratio, low, high, pairs };
}

type Send = (headers: Readonly<Record<string, string>>) => Promise<Response>;

/** Milliseconds of the process' CPU for each request, with what it does until the spans are sent. */
async function load(pid: number | undefined, send: Send, isRecorded: boolean, total: number) {
  const before = cpuMsOf(pid);
  let left = total;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const response = await send({ traceparent: traceparent(isRecorded) });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`the API answered ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, lane));
  await sleep(untilSentMs);
  return (cpuMsOf(pid) - before) / total;
}

async function requests(what: string, pid: number | undefined, send: Send, collector: Collector) {
  for (const isRecorded of [true, false]) await load(pid, send, isRecorded, Number(values.warm));
  const total = Number(values.requests);
  const pairs = await inTurns(values.rounds, async (isRecorded) => {
    const before = collector.spans();
    const ms = await load(pid, send, isRecorded, total);
    const each = (collector.spans() - before) / total;
    // A round that is not what it says would make any ratio; single spans of an earlier request may still come.
    if (each > 0.1 !== isRecorded) throw new Error(`${what}: ${each} spans for each request`);
    return ms;
  });
  return row(what, pairs);
}

interface JobPlaces {
  readonly url: string;
  readonly key: string;
  readonly workerUrl: string;
  readonly amqpUrl: string;
  readonly traces: Readonly<Record<string, string>>;
}

/** Jobs of 5 s, one after the other, by a worker of their own. */
async function jobs({ url, key, workerUrl, amqpUrl, traces }: JobPlaces) {
  const folder = mkdtempSync(join(tmpdir(), "framewright-bench-"));
  const worker = startProcess({
    ...{ ...workerTools, ...traces, WORK_DIR: folder, HEALTH_PORT: "0" },
    ...{ WORKER_API_URL: workerUrl, WORKER_ADMIN_SECRET: adminSecret, WORKER_NAME: "measured" },
    ...{ WORKER_CLASSES: "cpu.720p", AMQP_URL: amqpUrl },
  });
  const client = clientOf({ url, key });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  try {
    const registered = () => worker.lines("registered; taking jobs").length > 0;
    await until("the worker", () => Promise.resolve(registered()), patienceMs);
    const uploadId = await client.upload(new Uint8Array(readFileSync(await clips.sd(5))));
    const body = JSON.stringify({ input: { uploadId }, profile: "hls-720p" });
    const once = async (isRecorded: boolean) => {
      const before = treeCpuMsOf(worker.child.pid);
      const more = { ...headers, traceparent: traceparent(isRecorded) };
      const answer = await fetch(`${url}/v1/jobs`, { method: "POST", headers: more, body });
      const { id } = Value.Parse(Job, await answer.json());
      const job = await until(
        "its end",
        async () => {
          const now = await client.job(id);
          if (now.state === "failed") throw new Error(JSON.stringify(now.error));
          return now.state === "succeeded" && now;
        },
        patienceMs,
      );
      await sleep(untilSentMs);
      const wall = Date.parse(job.finishedAt ?? "") - Date.parse(job.createdAt);
      return { wall, cpu: treeCpuMsOf(worker.child.pid) - before };
    };
    await once(true);
    const pairs = await inTurns(values.jobs, once);
    return (["wall", "cpu"] as const).map((of) =>
      row(
        `a job of 5 s, ${of}`,
        pairs.map((pair) => ({ with: pair.with[of], without: pair.without[of] })),
      ),
    );
  } finally {
    worker.child.kill("SIGKILL");
    await worker.exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

const collector = await startCollector();
const traces = { TRACES_ENDPOINT: collector.url, TRACES_JOB_RATIO: "1", TRACES_REQUEST_RATIO: "1" };
try {
  await withApi(
    async (url, key, { amqpUrl }, { pid, workerUrl }) => {
      const uploadId = await clientOf({ url, key }).upload();
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      // A class that no worker serves.
      const body = JSON.stringify({ input: { uploadId }, profile: "hls-2160p" });
      const post: Send = (more) =>
        fetch(`${url}/v1/jobs`, { method: "POST", headers: { ...headers, ...more }, body });
      const { id } = Value.Parse(Job, await (await post({})).json());
      const get: Send = (more) =>
        fetch(`${url}/v1/jobs/${id}`, { headers: { ...headers, ...more } });
      const about = { ...aboutMachine(), ...values };
      console.log(JSON.stringify(about));
      const table = [
        await requests("GET /v1/jobs/:id", pid, get, collector),
        await requests("POST /v1/jobs", pid, post, collector),
        ...(await jobs({ url, key, workerUrl, amqpUrl, traces })),
      ];
      writeFigures("tracing", { about, table });
    },
    { ...traces, RATE_LIMIT_PER_MINUTE: "100000000" },
  );
} finally {
  collector.close();
}
