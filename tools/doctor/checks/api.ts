import { Type, type Static } from "typebox";
import { parseAs } from "../../parse.ts";
import { samplesOf, valueOf, type ApiReport } from "../api-report.ts";
import { check, type Finding } from "../check.ts";

const Ready = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Record(
    Type.String(),
    Type.Object({
      ok: Type.Boolean(),
      required: Type.Boolean(),
      detail: Type.Optional(Type.String()),
    }),
  ),
});
type Ready = Static<typeof Ready>;

interface Dependency {
  readonly name: string;
  readonly meaning: string;
  readonly remedy: string;
}

const dependencies: Readonly<Record<string, Dependency>> = {
  database: {
    name: "the database",
    meaning: "The API accepts nothing and knows of no job.",
    remedy: "kubectl -n framewright-data get pods; where it is the cloud's, look at its console",
  },
  objectStore: {
    name: "the object store",
    meaning: "Nobody can upload, and no job gets its files.",
    remedy: "the store's pod or bucket, and the way there (docs/clouds.md)",
  },
  broker: {
    name: "RabbitMQ",
    meaning:
      "Jobs are accepted and wait; workers ask the API for them meanwhile, which takes longer.",
    remedy: "kubectl -n framewright-data logs rabbitmq-0",
  },
  redis: {
    name: "Redis",
    meaning: "Rate limits are off, and events of jobs reach clients later.",
    remedy: "kubectl -n framewright-data logs redis-0",
  },
};

function readyOf(report: ApiReport): Ready {
  return parseAs(Ready, JSON.parse(report.ready.text), "The API's /readyz");
}

export function judgeDependencies(reports: readonly ApiReport[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const report of reports) {
    for (const [key, { ok, detail = "it does not answer" }] of Object.entries(
      readyOf(report).checks,
    )) {
      if (ok || detail.startsWith("the schema lacks")) continue;
      const known = dependencies[key];
      found.set(key, {
        level: "problem",
        what: `the API does not reach ${known?.name ?? key}: ${detail}`,
        meaning: known?.meaning ?? "Requests that need it fail.",
        remedy: known?.remedy ?? "the API's log names the reason",
        runbook: "dependency-away",
      });
    }
  }
  return [...found.values()];
}

export function judgeSchema(reports: readonly ApiReport[]): Finding[] {
  const lacking = reports
    .map((report) => readyOf(report).checks["database"]?.detail ?? "")
    .find((detail) => detail.startsWith("the schema lacks"));
  if (lacking === undefined) return [];
  return [
    {
      level: "problem",
      what: lacking.split(";", 1)[0] ?? lacking,
      meaning: "The program is newer than the database, and does not become ready.",
      remedy: "deploy again, which runs the migrations; their Job has a log of its own",
      runbook: "schema-behind",
    },
  ];
}

/** The sweeper looks every second; a request publishes by itself within two. */
const outboxSeconds = 30;

export function judgeOutbox(reports: readonly ApiReport[]): Finding[] {
  const samples = reports.flatMap(({ metrics }) => samplesOf(metrics.text, "framewright_outbox"));
  const oldest = valueOf(samples, "framewright_outbox_oldest_seconds") ?? 0;
  if (oldest < outboxSeconds) return [];
  const due = valueOf(samples, "framewright_outbox_unpublished") ?? 0;
  return [
    {
      level: "problem",
      what: `${due} jobs have no message in their queue, the oldest for ${Math.round(oldest)} s`,
      meaning: "No worker hears of them, unless it asks the API by itself.",
      remedy: "look at RabbitMQ and at the sweeper, who sends them again",
      runbook: "jobs-wait",
    },
  ];
}

export function judgeSweeper(reports: readonly ApiReport[]): Finding[] {
  const leaders = reports.filter(({ metrics }) => {
    const samples = samplesOf(metrics.text, "framewright_sweeper_leading");
    return valueOf(samples, "framewright_sweeper_leading") === 1;
  }).length;
  if (leaders === 1) return [];
  return [
    {
      level: "problem",
      what:
        leaders === 0
          ? "no replica of the API leads the sweeper"
          : `${leaders} replicas of the API say that they lead the sweeper`,
      meaning:
        leaders === 0
          ? "Jobs of lost workers are not given to others, and nothing that has expired is deleted."
          : "One of them has lost the database's lock and does not know it yet.",
      remedy: 'search the API\'s log for "sweeper"',
      runbook: "no-sweeper",
    },
  ];
}

const look = { look: (stack: { reports: () => Promise<ApiReport[]> }) => stack.reports() };

export const apiDependencies = check("API", "database, store, broker, Redis", {
  ...look,
  judge: judgeDependencies,
});
export const schema = check("schema", "the database against the program", {
  ...look,
  judge: judgeSchema,
});
export const outbox = check("outbox", "jobs without a message", { ...look, judge: judgeOutbox });
export const sweeper = check("sweeper", "one replica leads", { ...look, judge: judgeSweeper });
