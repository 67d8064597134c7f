import { describe, expect, it } from "vitest";
import type { WorkerView } from "@framewright/contracts/worker-admin.ts";
import { samplesOf, type ApiReport } from "../../../tools/doctor/api-report.ts";
import type { Finding } from "../../../tools/doctor/check.ts";
import type { Pod } from "../../../tools/doctor/kubernetes.ts";
import {
  judgeDependencies,
  judgeOutbox,
  judgeSchema,
  judgeSweeper,
} from "../../../tools/doctor/checks/api.ts";
import {
  isWorkerPod,
  judgeQueues,
  judgeWaiting,
  judgeWorkers,
} from "../../../tools/doctor/checks/work.ts";

const now = Date.parse("2026-11-29T12:00:00Z");

interface ReportParts {
  readonly checks?: Record<string, { ok: boolean; required: boolean; detail?: string }>;
  readonly metrics?: string;
}

function report({ checks = {}, metrics = "" }: ReportParts = {}): ApiReport {
  return {
    ready: { status: 200, text: JSON.stringify({ ready: true, checks }) },
    metrics: { status: 200, text: metrics },
    workers: { status: 200, text: '{"workers":[]}' },
  };
}

const up = { ok: true, required: true };
const away = { ok: false, required: false, detail: "not connected" };
const behind = {
  ok: false,
  required: true,
  detail: "the schema lacks 0021_usage; run the migration Job",
};

describe("the API", () => {
  it("names each dependency that a replica does not reach, once", () => {
    const reports = [
      report({ checks: { database: up, broker: away } }),
      report({ checks: { broker: away } }),
    ];
    expect(judgeDependencies(reports).map(({ what }) => what)).toEqual([
      "the API does not reach RabbitMQ: not connected",
    ]);
    expect(judgeDependencies([report({ checks: { database: up } })])).toEqual([]);
  });

  it("tells a schema that is behind from a database that is away", () => {
    const reports = [report({ checks: { database: behind } })];
    expect(judgeDependencies(reports)).toEqual([]);
    expect(judgeSchema(reports)).toMatchObject([
      { what: "the schema lacks 0021_usage", runbook: "schema-behind" },
    ]);
    expect(judgeSchema([report({ checks: { database: up } })])).toEqual([]);
  });

  it.each([
    [[1, 0], undefined],
    [[0, 1], undefined],
    [[0, 0], "no replica of the API leads"],
    [[1, 1], "2 replicas"],
  ])("of replicas that lead %j", (leading, expected) => {
    const reports = leading.map((value) =>
      report({ metrics: `framewright_sweeper_leading ${value}` }),
    );
    const whats = judgeSweeper(reports).map(({ what }) => what);
    expect(whats).toEqual(expected === undefined ? [] : [expect.stringContaining(expected)]);
  });

  it.each([
    [0, []],
    [29, []],
    [90, ["7 jobs have no message in their queue, the oldest for 90 s"]],
  ])("an outbox whose oldest row is %d s late", (seconds, expected) => {
    const metrics = `framewright_outbox_unpublished 7\nframewright_outbox_oldest_seconds ${seconds}`;
    expect(judgeOutbox([report({ metrics })]).map(({ what }) => what)).toEqual(expected);
  });
});

it("samples are read with their labels", () => {
  const page = '# HELP a x\nframewright_jobs{state="queued",class="cpu.720p"} 3\nother 1\n';
  expect(samplesOf(page, "framewright_job")).toEqual([
    { name: "framewright_jobs", labels: { state: "queued", class: "cpu.720p" }, value: 3 },
  ]);
});

const worker: WorkerView = {
  id: "01939d2e-6a54-7c11-a4b1-0d9c5f0c3f10",
  name: "worker-cpu-1",
  status: "idle",
  accel: "cpu",
  classes: ["cpu.720p", "cpu.1080p"],
  encoders: ["libx264", "libx265", "libsvtav1"],
  version: "0.1.0",
  store: "inside",
  draining: false,
  registeredAt: "2026-11-29T11:00:00Z",
  lastSeenAt: "2026-11-29T11:30:00Z",
  currentJobs: [],
};
const pod = (name: string, createdAt = "2026-11-29T11:00:00Z") => ({
  metadata: { name, namespace: "framewright-workers", creationTimestamp: createdAt },
  spec: {},
  status: { phase: "Running" },
});

describe("workers", () => {
  it.each<[string, WorkerView[], Pod[], [Finding["level"], string][]]>([
    ["one that works", [worker], [pod("worker-cpu-1")], []],
    ["one that ended", [{ ...worker, status: "silent" as const }], [], []],
    [
      "one that runs and is silent",
      [{ ...worker, status: "silent" as const }],
      [pod("worker-cpu-1")],
      [["problem", "worker-cpu-1 runs, but the API has not heard of it"]],
    ],
    [
      "one that never registered",
      [worker],
      [pod("worker-cpu-1"), pod("worker-cpu-2")],
      [["problem", "worker-cpu-2 has never registered"]],
    ],
    ["one that is starting", [], [pod("worker-cpu-2", "2026-11-29T11:59:00Z")], []],
    [
      "one without AV1 on a CPU",
      [{ ...worker, encoders: ["libx264", "libx265"] }],
      [pod("worker-cpu-1")],
      [["problem", "no proven encoder for av1"]],
    ],
    [
      "one without AV1 on a GPU",
      [{ ...worker, accel: "nvenc" as const, encoders: ["h264_nvenc", "hevc_nvenc"] }],
      [pod("worker-cpu-1")],
      [["hint", "no proven encoder for av1"]],
    ],
    [
      "a remote one that is off",
      [{ ...worker, name: "studio", status: "silent" as const }],
      [],
      [["hint", "remote worker studio"]],
    ],
    [
      "a remote one that was drained",
      [{ ...worker, name: "studio", status: "silent" as const, draining: true }],
      [],
      [],
    ],
  ])("%s", (_what, workers, pods, expected) => {
    const found = judgeWorkers({ workers, pods }, now);
    expect(found.map(({ level }) => level)).toEqual(expected.map(([level]) => level));
    expected.forEach(([, text], index) => {
      expect(found[index]?.what).toContain(text);
    });
  });
});

describe("pods that should register", () => {
  const metadata = {
    name: "pod-1",
    namespace: "framewright-workers",
    labels: { "app.kubernetes.io/component": "worker" },
  };
  const running = { metadata, spec: {}, status: { phase: "Running" } };
  const of = (component: string) => ({
    ...running,
    metadata: { ...metadata, labels: { "app.kubernetes.io/component": component } },
  });
  it.each<[string, Pod, boolean]>([
    ["a worker's", running, true],
    ["a recorder's", of("egress"), false],
    ["the recorders' proxy's", of("egress-proxy"), false],
    ["LiveKit's", of("livekit"), false],
    ["one without labels", { ...running, metadata: { ...metadata, labels: undefined } }, false],
    ["one of another namespace", { ...running, metadata: { ...metadata, namespace: "x" } }, false],
    ["one that ended", { ...running, status: { phase: "Succeeded" } }, false],
    [
      "one that is being deleted",
      { ...running, metadata: { ...metadata, deletionTimestamp: "2026-11-29T11:00:00Z" } },
      false,
    ],
  ])("%s", (_what, one, expected) => {
    expect(isWorkerPod(one)).toBe(expected);
  });
});

const queued = (jobs: number, seconds?: number, jobClass = "cpu.720p") =>
  samplesOf(
    [
      `framewright_jobs{state="queued",class="${jobClass}"} ${jobs}`,
      `framewright_jobs{state="running",class="${jobClass}"} 1`,
      ...(seconds === undefined
        ? []
        : [`framewright_job_oldest_queued_seconds{class="${jobClass}"} ${seconds}`]),
    ].join("\n"),
    "framewright_job",
  );

describe("jobs that wait", () => {
  it.each([
    ["none", [worker], queued(0), []],
    ["a few, with a worker", [worker], queued(3, 20), []],
    ["for long, with a worker", [worker], queued(3, 900), [["hint", "the oldest for 900 s"]]],
    ["without a worker", [], queued(3), [["problem", "no worker takes that class"]]],
    [
      "of another class than the workers'",
      [worker],
      queued(2, 5, "nvenc.720p"),
      [["problem", "2 jobs of class nvenc.720p wait and no worker takes that class"]],
    ],
    [
      "while the only worker is silent",
      [{ ...worker, status: "silent" as const }],
      queued(1),
      [["problem", "no worker takes that class"]],
    ],
  ] as const)("%s", (_what, workers, samples, expected) => {
    const found = judgeWaiting([...workers], samples);
    expect(found.map(({ level }) => level)).toEqual(expected.map(([level]) => level));
    expected.forEach(([, text], index) => {
      expect(found[index]?.what).toContain(text);
    });
  });
});

const queue = (name: string, ready: number, consumers = 0) => ({
  name,
  messages_ready: ready,
  messages_unacknowledged: 0,
  consumers,
});

describe("queues", () => {
  it.each([
    ["all empty", [worker], [queue("framewright.jobs.cpu.720p", 0)], []],
    ["with messages that a worker fetches", [worker], [queue("framewright.jobs.cpu.720p", 9)], []],
    [
      "that nobody reads",
      [],
      [queue("framewright.jobs.cpu.720p", 9)],
      ["the queue framewright.jobs.cpu.720p has 9 messages and nobody who takes them"],
    ],
    ["with a consumer", [], [queue("framewright.jobs.cpu.720p", 9, 1)], []],
    ["of dead letters, empty", [worker], [queue("framewright.dead", 0)], []],
    ["of dead letters", [worker], [queue("framewright.dead", 2)], ["2 messages are dead letters"]],
  ])("%s", (_what, workers, queues, expected) => {
    expect(judgeQueues({ workers, queues }).map(({ what }) => what)).toEqual(expected);
  });
});
