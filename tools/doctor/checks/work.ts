import { deadLetterQueue, queueOf } from "@framewright/contracts/queue.ts";
import { jobClasses } from "@framewright/contracts/job.ts";
import { WorkerList, type WorkerView } from "@framewright/contracts/worker-admin.ts";
import { Type, type Static } from "typebox";
import { parseAs } from "../../parse.ts";
import { samplesOf, type ApiReport, type Sample } from "../api-report.ts";
import { check, NotHere, type Finding } from "../check.ts";
import { nameOf, type Pod } from "../kubernetes.ts";
import type { Stack } from "../stack.ts";

function workersOf(reports: readonly ApiReport[]): WorkerView[] {
  const [report] = reports;
  if (report === undefined) return [];
  return parseAs(WorkerList, JSON.parse(report.workers.text), "The API's list of workers").workers;
}

function isAlive({ status }: WorkerView): boolean {
  return status === "idle" || status === "busy";
}

export interface WorkerFacts {
  readonly workers: readonly WorkerView[];
  /** Running pods of the workers, whose names are those of the workers. */
  readonly pods: readonly Pod[];
}

/** What each codec's encoder is called, whatever makes it. */
const codecs = { h264: /264/, hevc: /265|hevc/, av1: /av1/ } as const;

function judgeEncoders({ name, accel, encoders }: WorkerView): Finding[] {
  const missing = Object.entries(codecs)
    .filter(([, form]) => !encoders.some((encoder) => form.test(encoder)))
    .map(([codec]) => codec);
  if (missing.length === 0) return [];
  // Older GPUs have no AV1, and some no HEVC: on them it is how the device is made.
  const isOfDevice = accel !== "cpu";
  return [
    {
      level: isOfDevice ? "hint" : "problem",
      what: `worker ${name} has no proven encoder for ${missing.join(" and ")}`,
      meaning: "Jobs that need it go to other workers; where there are none, they wait.",
      remedy: isOfDevice
        ? "nothing, where that GPU has none; else look at its driver"
        : `search the worker's log for "the test encode failed"`,
      runbook: "workers-silent",
    },
  ];
}

export function judgeWorkers({ workers, pods }: WorkerFacts, nowMs: number): Finding[] {
  const running = new Set(pods.map(({ metadata }) => metadata.name));
  const silent = workers.filter(({ name, status }) => status === "silent" && running.has(name));
  const known = new Set(workers.map(({ name }) => name));
  const unheard = pods.filter(
    ({ metadata }) =>
      !known.has(metadata.name) && nowMs - Date.parse(metadata.creationTimestamp ?? "") > 180_000,
  );
  const remote = workers.filter(
    ({ name, status, draining, drainRequestedAt }) =>
      status === "silent" && !draining && drainRequestedAt === undefined && !/^worker-/.test(name),
  );
  const gone = (what: string): Finding => ({
    level: "problem",
    what,
    meaning: "It takes no jobs; those that it had go to others.",
    remedy: "look at its log, and whether it reaches the worker API",
    runbook: "workers-silent",
  });
  return [
    ...silent.map(({ name, lastSeenAt }) =>
      gone(`worker ${name} runs, but the API has not heard of it since ${lastSeenAt}`),
    ),
    ...unheard.map((pod) => gone(`worker ${nameOf(pod)} has never registered`)),
    ...remote.map(({ name, lastSeenAt }): Finding => ({
      level: "hint",
      what: `remote worker ${name} was last heard of at ${lastSeenAt}`,
      meaning: "It is switched off, or has no way to the worker API.",
      remedy: "nothing, if it was meant to end; else look at its log",
      runbook: "workers-silent",
    })),
    ...workers.filter(isAlive).flatMap(judgeEncoders),
  ];
}

/** As long as a pod of a worker may take on a node that has to be made first. */
const waitSeconds = 600;

export function judgeWaiting(
  workers: readonly WorkerView[],
  samples: readonly Sample[],
): Finding[] {
  const able = new Set(workers.filter(isAlive).flatMap(({ classes }) => classes));
  const oldest = new Map(
    samples
      .filter(({ name }) => name === "framewright_job_oldest_queued_seconds")
      .map(({ labels, value }) => [labels["class"], value] as const),
  );
  const queued = samples.filter(
    ({ name, labels, value }) =>
      name === "framewright_jobs" && labels["state"] === "queued" && value > 0,
  );
  return queued.flatMap(({ labels, value }): Finding[] => {
    const jobClass = jobClasses.find((name) => name === labels["class"]);
    if (jobClass === undefined) return [];
    const age = oldest.get(jobClass);
    const since = age === undefined ? "" : `, the oldest for ${Math.round(age)} s`;
    if (!able.has(jobClass)) {
      return [
        {
          level: "problem",
          what: `${value} jobs of class ${jobClass} wait and no worker takes that class${since}`,
          meaning: "They wait until such a worker starts.",
          remedy: "start one (workers of the stack's file), or let the API choose another class",
          runbook: "jobs-wait",
        },
      ];
    }
    if ((age ?? 0) < waitSeconds) return [];
    return [
      {
        level: "hint",
        what: `${value} jobs of class ${jobClass} wait${since}`,
        meaning: "There are workers for them, but not enough.",
        remedy: "more workers, or larger ones (workers of the stack's file)",
        runbook: "jobs-wait",
      },
    ];
  });
}

const Queues = Type.Array(
  Type.Object({
    name: Type.String(),
    messages_ready: Type.Integer(),
    messages_unacknowledged: Type.Integer(),
    consumers: Type.Integer(),
  }),
);

export interface QueueFacts {
  readonly queues: Static<typeof Queues>;
  readonly workers: readonly WorkerView[];
}

export function judgeQueues({ queues, workers }: QueueFacts): Finding[] {
  const served = new Set(
    workers.filter(isAlive).flatMap(({ classes }) => classes.map((one) => queueOf(one))),
  );
  return queues.flatMap(({ name, messages_ready: ready, consumers }): Finding[] => {
    if (ready === 0) return [];
    if (name === deadLetterQueue) {
      return [
        {
          level: "problem",
          what: `${ready} messages are dead letters`,
          meaning:
            "Workers could not handle them, 20 times or at all. The jobs themselves are in the database and get new messages.",
          remedy: "read one before you purge them",
          runbook: "dead-letters",
        },
      ];
    }
    // A worker listens only while all its queues are empty: consumers alone say nothing.
    if (consumers > 0 || served.has(name)) return [];
    return [
      {
        level: "problem",
        what: `the queue ${name} has ${ready} messages and nobody who takes them`,
        meaning: "Its jobs wait until a worker of that class starts.",
        remedy: "start such a worker (workers of the stack's file)",
        runbook: "jobs-wait",
      },
    ];
  });
}

async function readQueues(stack: Stack): Promise<QueueFacts> {
  const [broker] = await stack.readyPods("rabbitmq");
  if (broker === undefined) throw new Error("no pod of RabbitMQ runs that could be asked");
  const columns = ["name", "messages_ready", "messages_unacknowledged", "consumers"];
  const list = ["rabbitmqctl", "list_queues", "--silent", "--formatter", "json", ...columns];
  const [text, reports] = await Promise.all([stack.inPod(broker, list), stack.reports()]);
  const queues = parseAs(Queues, JSON.parse(text), "RabbitMQ's list of queues");
  return { queues, workers: workersOf(reports) };
}

/** Recorders, their proxy and LiveKit are in the same namespace, and register nowhere. */
export function isWorkerPod({ metadata, status }: Pod): boolean {
  return (
    metadata.namespace === "framewright-workers" &&
    metadata.labels?.["app.kubernetes.io/component"] === "worker" &&
    metadata.deletionTimestamp === undefined &&
    status.phase === "Running"
  );
}

export async function workerPods(stack: Stack): Promise<Pod[]> {
  return (await stack.pods()).filter(isWorkerPod);
}

async function readWorkers(stack: Stack): Promise<WorkerFacts> {
  const [reports, pods] = await Promise.all([stack.reports(), workerPods(stack)]);
  const workers = workersOf(reports);
  if (workers.length === 0 && pods.length === 0) {
    throw new NotHere("no worker runs, and none was heard of in the last day");
  }
  return { workers, pods };
}

export const workers = check("workers", "heard of, proven encoders", {
  look: readWorkers,
  judge: judgeWorkers,
});
export const waitingJobs = check("waiting jobs", "a worker for each class", {
  look: (stack) => stack.reports(),
  judge: (reports) => {
    const samples = reports.flatMap(({ metrics }) => samplesOf(metrics.text, "framewright_job"));
    return judgeWaiting(workersOf(reports), samples);
  },
});
export const queues = check("queues", "dead letters, queues that nobody reads", {
  look: readQueues,
  judge: judgeQueues,
});
