import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { ApiKeyCreated, ApiKeyList, JobList, type Job } from "@framewright/contracts/client-api.ts";
import { followJob, getJob, type Api } from "../../tools/demo/client.ts";
import { verifyJob } from "../../tools/demo/verify.ts";
import { exec } from "../../tools/exec.ts";
import { stateFolder } from "../../tools/node/addresses.ts";
import { kubectl } from "../../tools/node/start.ts";
import { deleteNode, leftovers, stopNode } from "../../tools/node/stop.ts";
import { parseAs } from "../../tools/parse.ts";
import { own, root } from "../../tools/paths.ts";
import { machineScripts } from "../support/disaster-runbook.ts";
import { complaintsUntil } from "../support/e2e/doctor.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { killNode } from "../support/e2e/kill-node.ts";
import {
  ask,
  clip,
  mediaTools,
  newJob,
  patienceMs,
  platform,
  shortClip,
  submit,
} from "../support/e2e/platform.ts";
import { sql, untilBackedUp, workNow } from "../support/operations/backups.ts";
import { upWith } from "../support/operations/stack-file.ts";

describeClusterOnFailure();

const minute = 60_000;
const parts = ["backups", "edge", "tls"] as const;
const restoringPods = [
  ...["get", "pods", "--namespace=framewright-data"],
  "--selector=app.kubernetes.io/name=postgres-restore",
];
const workers = ["scale", "--namespace=framewright-workers", "deployment/worker-cpu"];

/** What an owner has left: the disk with the media and the one with the backups. */
const kept = join(own, "kept-volumes");
afterAll(() => {
  rmSync(kept, { recursive: true, force: true });
});

interface Row {
  readonly id: string;
  /** When the client was told of it, in milliseconds since 1970. */
  readonly at: number;
}

/** Writes a row twice a second, a key of the API, for as long as the API takes it; returns those that it confirmed. */
async function keepWriting(api: Api, stop: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  while (!stop.aborted) {
    const body = { name: `row ${rows.length}`, scopes: ["read"] };
    const response = await ask(api, "/v1/api-keys", { body }).catch(() => undefined);
    if (response?.status === 201) {
      const { id } = parseAs(ApiKeyCreated, await response.json(), "The new key");
      rows.push({ id, at: Date.now() });
    }
    await sleep(500);
  }
  return rows;
}

const archived = async (): Promise<number> =>
  Number(await sql("SELECT archived_count FROM pg_stat_archiver"));

/** Ends the machine at once, and with it all that it knew but the volumes of its two stores. */
async function loseEverything(): Promise<number> {
  await killNode();
  const lostAt = Date.now();
  await stopNode();
  mkdirSync(kept);
  const volumes = join(stateFolder, "volumes");
  const ofStores = readdirSync(volumes).filter((name) =>
    /_data-(object|backup)-store-0$/.test(name),
  );
  expect(ofStores.length).toBe(2);
  for (const name of ofStores) renameSync(join(volumes, name), join(kept, name));
  deleteNode();
  expect(leftovers()).toEqual([]);
  return lostAt;
}

/** The commands of the runbook for one machine, step by step, for the parts of this stack. */
function runbook(): string[] {
  return machineScripts(kept).map((script) =>
    script
      .replace("--with backups", `--with ${parts.join(",")}`)
      .replace(/^(npm run restore .*latest)$/m, "$1 --yes"),
  );
}

/** Answers of somebody who looks and says yes. */
const yes = { PULUMI_OPTION_YES: "true", PULUMI_OPTION_SKIP_PREVIEW: "true" };

async function follow(script: string): Promise<number> {
  const start = performance.now();
  const command = ["run", "--silent", "shell", "--", "bash", "-euc", script];
  const said = await exec("npm", command, { cwd: root, env: yes });
  const seconds = (performance.now() - start) / 1000;
  // `pulumi refresh` has three lines for each object.
  const lastLines = said.trimEnd().split("\n").slice(-40).join("\n");
  console.log(`${script}${lastLines}\n--- ${seconds.toFixed(0)} s`);
  return seconds;
}

/** Of jobs that are listed: what must not change. */
const facts = ({ id, state, createdAt, finishedAt, attempts }: Job) => ({
  ...{ id, state, createdAt, finishedAt, attempts },
});

async function keysOf(api: Api): Promise<Set<string>> {
  const answer: unknown = await (await ask(api, "/v1/api-keys")).json();
  return new Set(parseAs(ApiKeyList, answer, "The keys").keys.map(({ id }) => id));
}

async function jobsOf(api: Api): Promise<readonly Job[]> {
  const answer: unknown = await (await ask(api, "/v1/jobs?limit=100")).json();
  return parseAs(JobList, answer, "The jobs").jobs;
}

test(
  "everything but the stores' volumes and the state is gone: the runbook brings jobs, streams and work back",
  async () => {
    console.log(await upWith(...parts));
    const api = await platform();
    const inBackup = await newJob(api);
    await untilBackedUp();
    await workNow("postgres-backup");
    const inLog = await newJob(api);
    await kubectl([...workers, "--replicas=0"]);
    const { id: waiting } = await submit(api, await clip(shortClip));

    const stop = new AbortController();
    const writing = keepWriting(api, stop.signal);
    const begun = await archived();
    await expect.poll(archived, { timeout: 5 * minute, interval: 1000 }).toBeGreaterThan(begun);
    // Into the time between two pieces of the log.
    await sleep(20_000);
    expect((await getJob(api, waiting)).state).toBe("queued");
    const lostAt = await loseEverything();
    stop.abort();
    const rows = await writing;
    await expect(fetch(`${api.url}/v1/jobs`, { keepalive: false })).rejects.toThrow();

    const seconds: number[] = [];
    for (const script of runbook()) seconds.push(await follow(script));
    expect(seconds.length).toBe(5);

    // It would hold the volume, and `pulumi destroy` would wait for it in vain.
    expect(await kubectl([...restoringPods, "--output=name"])).toBe("");
    expect(await platform()).toEqual(api);
    const there = await keysOf(api);
    const firstLost = rows.findIndex(({ id }) => !there.has(id));
    const lost = firstLost === -1 ? [] : rows.slice(firstLost);
    // What is lost is the end, and nothing before it.
    expect(lost.filter(({ id }) => there.has(id))).toEqual([]);
    expect(rows.length - lost.length).toBeGreaterThan(0);
    const age = ((lostAt - (lost[0]?.at ?? lostAt)) / 1000).toFixed(0);
    const total = seconds.reduce((sum, one) => sum + one, 0);
    console.log(
      `RTO ${total.toFixed(0)} s (${seconds.map((one) => one.toFixed(0)).join(" + ")}); ` +
        `RPO ${age} s: ${lost.length} of ${rows.length} rows that were written twice a second`,
    );

    const jobs = await jobsOf(api);
    const tools = await mediaTools();
    for (const job of [inBackup, inLog]) {
      expect(jobs.map(facts)).toContainEqual(facts(job));
      // By the address that the client was given before.
      const checks = await verifyJob(job, join(own, "e2e", `${job.id}-after`), tools);
      expect(checks.length).toBe(4);
    }
    const done = await followJob(api, waiting, () => undefined, patienceMs);
    expect(done.state).toBe("succeeded");
    await newJob(api);
    expect((await getJob(api, inLog.id)).finishedAt).toBe(inLog.finishedAt);
    expect(await complaintsUntil((found) => found.length === 0, 5 * minute)).toEqual([]);
  },
  60 * minute,
);
