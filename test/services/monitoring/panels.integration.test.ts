import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Dashboard } from "../../../services/monitoring/dashboards/dashboard.ts";
import { dashboards } from "../../../services/monitoring/dashboards/index.ts";
import { ruleGroups } from "../../../services/monitoring/rules/index.ts";
import { prometheusProgram } from "../../../tools/packages.ts";
import { freePort } from "../../../tools/services/free-port.ts";
import { figuresOfPrometheus } from "../../../tools/status/prometheus-figures.ts";
import { clientOf, adminSecret, startApiUnderTest, until } from "../../api/api-under-test.ts";
import { clips } from "../../support/clips.ts";
import { startServices, type Services } from "../../support/services.ts";
import { startProcess, workerTools, type WorkerProcess } from "../../support/worker-process.ts";
import { exporterMetrics } from "./exporter-metrics.ts";
import { metricsOf } from "./metric-names.ts";

/** A Prometheus of Debian over the real API and a real worker that has encoded: whether what they export is what is asked for. */
let folder: string;
let services: Services;
let api: Awaited<ReturnType<typeof startApiUnderTest>>;
let worker: WorkerProcess;
let prometheus: ChildProcess;
let base: string;

function scrape(job: string, target: string) {
  return {
    job_name: job,
    static_configs: [{ targets: [target], labels: { pod: `${job}-1`, namespace: "test" } }],
  };
}

async function startPrometheus(targets: Readonly<Record<string, string>>): Promise<void> {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  const config = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: ["rules.yaml"],
    scrape_configs: Object.entries(targets).map(([job, target]) => scrape(job, target)),
  };
  writeFileSync(join(folder, "prometheus.yaml"), JSON.stringify(config));
  writeFileSync(join(folder, "rules.yaml"), JSON.stringify({ groups: ruleGroups }));
  const args = [
    `--config.file=${join(folder, "prometheus.yaml")}`,
    `--storage.tsdb.path=${join(folder, "tsdb")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=error",
  ];
  // Ends with the test process, however that ends.
  const command = ["--pdeathsig", "KILL", "--", prometheusProgram, ...args];
  prometheus = spawn("setpriv", command, { stdio: "ignore" });
  await until("Prometheus is ready", async () => (await fetch(`${base}/-/ready`)).ok, 30_000);
}

async function ask(query: string): Promise<{ data: { result: { value: [number, string] }[] } }> {
  const answer = await fetch(`${base}/api/v1/query?query=${encodeURIComponent(query)}`);
  return (await answer.json()) as Awaited<ReturnType<typeof ask>>;
}

async function runJob(): Promise<void> {
  const client = clientOf(api);
  const uploadId = await client.upload(readFileSync(await clips.sd(3)));
  const { id } = await client.submit({ uploadId, profile: "hls-720p" });
  await until("the job ends", async () => (await client.job(id)).state === "succeeded", 120_000);
  const { playbackUrl = "" } = await client.job(id);
  const { pathname } = new URL(playbackUrl);
  expect((await fetch(`${api.url}${pathname}`)).status).toBe(200);
}

async function firstJobWasScraped(): Promise<boolean> {
  const series = [
    "framewright_job_queue_duration_seconds_count",
    "framewright_job_duration_seconds_count",
  ];
  const answers = await Promise.all(series.map((name) => ask(name)));
  return answers.every(({ data }) => data.result.length > 0);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-panels-"));
  mkdirSync(join(folder, "work"));
  services = await startServices({
    ...{ postgres: true, rabbitmq: true, redis: true, objectStore: true },
  });
  api = await startApiUnderTest(services, { LEASE_SECONDS: "30", HEARTBEAT_SECONDS: "5" });
  await until("readiness", async () => (await fetch(`${api.opsUrl}/readyz`)).ok);
  const port = await freePort();
  worker = startProcess({
    ...workerTools,
    WORKER_API_URL: api.workerUrl,
    WORKER_ADMIN_SECRET: adminSecret,
    WORKER_NAME: "worker-1",
    WORKER_CLASSES: "cpu.720p,cpu.1080p",
    AMQP_URL: services.amqpUrl,
    WORK_DIR: join(folder, "work"),
    HEALTH_PORT: String(port),
  });
  await startPrometheus({ api: new URL(api.opsUrl).host, "worker-cpu": `127.0.0.1:${port}` });
  // Twice: a series shows no rate before its second value, and none between two scrapes if both values are of one.
  await runJob();
  await until("the first job's figures were scraped", firstJobWasScraped, 30_000);
  await runJob();
}, 180_000);

afterAll(async () => {
  prometheus.kill("SIGKILL");
  worker.child.kill("SIGKILL");
  await worker.exited;
  await api.stop();
  await services.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Others export it: `npm run test:operations` asks the stack for it. */
function isOfOthers(expr: string): boolean {
  return metricsOf(expr).some(
    (name) => name !== "up" && exporterMetrics.has(name) && !/^(process|nodejs|ALERTS)/.test(name),
  );
}

/** What a stack without a GPU, without recorders, without failures and without waiting jobs has nothing to show of. */
const quiet =
  /framewright_(?:gpu|egress)_|errors_total|outcome="failed"|fallbacks|breaker_open|jobs_moved|webhook|queued_jobs_per_worker|scratch_limit|queue_depth_messages/;

const all: readonly Dashboard[] = Object.values(dashboards);
const queries = all.flatMap(({ name, rows }) =>
  rows.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries: own }) => own.map(({ expr }) => ({ name, title, expr }))),
  ),
);

describe("the panels of the dashboards, over the programs themselves", () => {
  test.each(queries.filter(({ expr }) => !isOfOthers(expr) && !quiet.test(expr)))(
    "$name, $title has data",
    async ({ expr }) => {
      const values = async () => (await ask(expr)).data.result.map(({ value }) => value[1]);
      await until(expr, async () => (await values()).some((value) => value !== "NaN"), 20_000);
    },
  );
});

test("`npm run status -- --watch` has its figures from there", async () => {
  // The database is asked every four seconds.
  await until("no job runs", async () => (await figuresOfPrometheus(ask)).running === 0);
  const figures = await figuresOfPrometheus(ask);
  expect(figures).toMatchObject({ source: "prometheus", succeeded: 1 });
  expect(figures.workers).toEqual(new Map([["cpu", 1]]));
  expect(figures.timeToPlayable).toBeGreaterThan(0);
});

test("of a stack that is well no alert fires that wakes anybody", async () => {
  const { data } = (await ask(
    'ALERTS{alertstate="firing",severity=~"critical|none"}',
  )) as unknown as {
    data: { result: { metric: { alertname: string } }[] };
  };
  expect(data.result.map(({ metric }) => metric.alertname)).toEqual(["Watchdog"]);
});
