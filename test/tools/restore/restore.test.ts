import { describe, expect, test } from "vitest";
import { finishRestore, prepareRestore, type Step } from "../../../tools/restore/restore.ts";

const labels = { "app.kubernetes.io/name": "postgres-backup" };
const info = [
  {
    name: "main",
    status: { code: 0, message: "ok" },
    archive: [{ id: "17-1", min: "000000010000000000000001", max: "000000010000000000000009" }],
    backup: [
      {
        label: "20261122-020000F",
        type: "full",
        timestamp: { start: 1_795_312_800, stop: 1_795_312_860 },
        archive: { start: "000000010000000000000002", stop: "000000010000000000000003" },
        info: { size: 2 ** 20 },
      },
    ],
  },
];

function cronJob(args: readonly string[]) {
  const container = { name: "a", image: "postgres", args };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return { spec: { jobTemplate: { spec: { backoffLimit: 0, template } } } };
}

function migration() {
  const own = { "batch.kubernetes.io/controller-uid": "u", "job-name": "old", app: "migrate" };
  const template = { metadata: { labels: own }, spec: { containers: [{ args: ["migrate"] }] } };
  const spec = { selector: { matchLabels: own }, template };
  return { items: [{ metadata: { creationTimestamp: "2026-11-01T00:00:00Z" }, spec }] };
}

/** A cluster that answers by the beginning of a command, and remembers what it was told to do. */
function cluster(answers: Readonly<Record<string, string>> = {}) {
  const commands: string[] = [];
  const made: unknown[] = [];
  const known: Readonly<Record<string, string>> = {
    ...answers,
    "get cronjob postgres-backup": JSON.stringify(cronJob(["postgres-backup"])),
    "get cronjob postgres-restore": JSON.stringify(
      cronJob(["postgres-restore", "in-place", "latest", "-c", "max_connections=250"]),
    ),
    "get jobs": JSON.stringify(migration()),
    "get job ": JSON.stringify({ status: { conditions: [{ type: "Complete", status: "True" }] } }),
    "get deployment api": JSON.stringify({ metadata: {}, spec: { replicas: 3 } }),
    "get deployment webhooks": "",
    "get statefulset postgres": JSON.stringify({ metadata: {}, spec: { replicas: 1 } }),
    "logs job/postgres-restore-plan": JSON.stringify(info),
    "exec postgres-0": "4|50\n",
    ...answers,
  };
  const kubectl = (args: readonly string[], input?: string): Promise<string> => {
    const command = args.join(" ").replace(/^-n \S+ /, "");
    if (input !== undefined) made.push(JSON.parse(input));
    if (!/^(get|logs|exec postgres-0)/.test(command)) commands.push(command);
    const key = Object.keys(known).find((beginning) => command.startsWith(beginning));
    const answer = key === undefined ? "" : (known[key] ?? "");
    return answer.startsWith("!") ? Promise.reject(new Error(answer)) : Promise.resolve(answer);
  };
  return { kubectl, commands, made };
}

const step: Step = (_name, work) => work({ doing: () => undefined });
const target = new Date("2026-11-28T03:04:05Z");
const args = (kubectl: ReturnType<typeof cluster>["kubectl"]) => ({
  ...{ kubectl, target, step },
  suffix: "x",
});

describe("a look ahead", () => {
  test("names backup, log, what stops and what is lost, and stops nothing", async () => {
    const { kubectl, commands } = cluster();
    const { text } = await prepareRestore(args(kubectl));
    expect(text).toContain("from backup  20261122-020000F");
    expect(text).toContain("stops        deployment api, statefulset postgres");
    expect(text).toContain("loses        4 jobs that were submitted since, 50 events");
    expect(commands).toEqual(["create --filename -"]);
  });

  test("works while the database is down", async () => {
    const { kubectl } = cluster({ "exec postgres-0": "!no such pod" });
    expect((await prepareRestore(args(kubectl))).text).toContain("the database does not answer");
  });

  test("says what to do where no backups are made", async () => {
    const { kubectl } = cluster({ "get cronjob postgres-backup": "" });
    await expect(prepareRestore(args(kubectl))).rejects.toThrow(/Set backups.enabled/);
  });
});

describe("a restore", () => {
  test("stops who writes, restores, migrates, forgets caches, starts, and makes a backup", async () => {
    const { kubectl, commands, made } = cluster();
    await (await prepareRestore(args(kubectl))).run();
    const told = commands.filter((command) => !/^(annotate|wait|rollout)/.test(command));
    expect(told).toEqual([
      "create --filename -",
      "scale deployment/api --replicas 0",
      "scale statefulset/postgres --replicas 0",
      "create --filename -",
      "delete jobs --selector app.kubernetes.io/name=postgres-restore",
      "scale statefulset/postgres --replicas 1",
      "create --filename -",
      'exec redis-0 -- sh -c if [ -S /tmp/redis.sock ]; then set -- -s /tmp/redis.sock; fi; redis-cli -e "$@" FLUSHALL',
      "scale deployment/api --replicas 3",
      "create job --from=cronjob/postgres-backup postgres-backup-after-restore-x",
    ]);
    expect(made[1]).toMatchObject({
      metadata: { name: "postgres-restore-x" },
      spec: {
        template: {
          spec: {
            containers: [
              {
                args: [
                  ...["postgres-restore", "in-place", "2026-11-28 03:04:05.000+00"],
                  ...["-c", "max_connections=250"],
                ],
              },
            ],
          },
        },
      },
    });
  });

  test("tells the rows of each table before its Job goes, which would hold the volume", async () => {
    const log = `postgres-restore: public.events has 9 rows
postgres-restore: public.jobs has 3 rows
postgres-restore: 12 rows in all (10 s)
LOG:  shutting down`;
    const { kubectl } = cluster({ "logs job/postgres-restore-x": log });
    const rows = await (await prepareRestore(args(kubectl))).run();
    expect(rows).toBe("  public.events has 9 rows\n  public.jobs has 3 rows");
  });

  test("the Job that migrates again has neither selector nor labels of the former", async () => {
    const { kubectl, made } = cluster();
    await (await prepareRestore(args(kubectl))).run();
    expect(made[2]).toEqual({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: {
        name: "migrate-after-restore-x",
        namespace: "framewright-api",
        labels: { app: "migrate" },
      },
      spec: {
        template: {
          metadata: { labels: { app: "migrate" } },
          spec: { containers: [{ args: ["migrate"] }] },
        },
      },
    });
  });

  test("that fails starts everything again with what was there", async () => {
    const failed = { status: { conditions: [{ type: "Failed", status: "True" }] } };
    const { kubectl, commands } = cluster({ "get job postgres-restore-x": JSON.stringify(failed) });
    await expect((await prepareRestore(args(kubectl))).run()).rejects.toThrow(
      /Job postgres-restore-x of framewright-data failed/,
    );
    // Its log is there to be read.
    expect(commands.filter((command) => command.startsWith("delete"))).toEqual([]);
    expect(commands.filter((command) => command.startsWith("scale")).slice(-2)).toEqual([
      "scale statefulset/postgres --replicas 1",
      "scale deployment/api --replicas 3",
    ]);
  });

  test("that cannot stop the API starts it again", async () => {
    const { kubectl, commands } = cluster({ "wait --for=delete": "!timed out" });
    await expect((await prepareRestore(args(kubectl))).run()).rejects.toThrow(/timed out/);
    expect(commands.filter((command) => command.startsWith("scale"))).toEqual([
      "scale deployment/api --replicas 0",
      "scale statefulset/postgres --replicas 1",
      "scale deployment/api --replicas 3",
    ]);
  });

  test("that fails later tells what is there and how to go on, and the rest is done then", async () => {
    const failed = { status: { conditions: [{ type: "Failed", status: "True" }] } };
    const migration = { "get job migrate-after-restore-x": JSON.stringify(failed) };
    const { kubectl, commands } = cluster(migration);
    await expect((await prepareRestore(args(kubectl))).run()).rejects.toThrow(
      /migrate-after-restore-x of framewright-api failed[^]*restored one[^]*npm run restore -- --finish/,
    );
    expect(commands).not.toContain("scale deployment/api --replicas 3");

    const stopped = {
      metadata: { annotations: { "framewright.dev/replicas-before-restore": "3" } },
      spec: { replicas: 0 },
    };
    const again = cluster({ "get deployment api": JSON.stringify(stopped) });
    await finishRestore({ kubectl: again.kubectl, suffix: "y", step });
    const told = again.commands.filter((command) => !/^(annotate|rollout)/.test(command));
    expect(told).toEqual([
      "scale statefulset/postgres --replicas 1",
      "create --filename -",
      expect.stringMatching(/^exec redis-0 .*FLUSHALL$/),
      "scale deployment/api --replicas 3",
      "create job --from=cronjob/postgres-backup postgres-backup-after-restore-y",
    ]);
  });
});
