import { readRepository } from "./backup-info.ts";
import { jobOf, podOfCronJob, podOfNewestJob, runJob } from "./jobs.ts";
import type { Kubectl } from "./kubectl.ts";
import { planRestore, planText, targetArgument, type Loss, type Target } from "./plan.ts";
import { findWorkloads, startWorkload, stopWorkload, type StoppedWorkload } from "./workloads.ts";

const namespace = "framewright-data";
const restorer = "postgres-restore";

/** Runs one step and shows it. */
export type Step = <T>(
  name: string,
  work: (progress: { doing: (what: string) => void }) => Promise<T>,
  note?: (result: T) => string,
) => Promise<T>;

export interface RestoreRun {
  readonly kubectl: Kubectl;
  /** Tells Jobs of this run from those of others. */
  readonly suffix: string;
  readonly step: Step;
}

export interface RestoreArgs extends RestoreRun {
  readonly target: Target;
}

/** Rows that were written after the target; the database may be down, or gone. */
async function lossSince({ kubectl, target }: RestoreArgs): Promise<Loss | undefined> {
  if (target === "latest") return undefined;
  const since = targetArgument(target);
  const query = `SELECT (SELECT count(*) FROM jobs WHERE created_at > '${since}'), (SELECT count(*) FROM events WHERE created_at > '${since}')`;
  const ask = `PGPASSWORD=$(cat "$OWNER_PASSWORD_FILE") psql --no-psqlrc -At -h /tmp -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "${query}"`;
  const inPod = ["-n", namespace, "exec", "postgres-0", "-c", "postgres", "--"];
  try {
    const [jobs, events] = (await kubectl([...inPod, "sh", "-c", ask])).trim().split("|");
    return { jobs: Number(jobs), events: Number(events) };
  } catch {
    // The plan says so.
    return undefined;
  }
}

async function readPlan(args: RestoreArgs) {
  const { kubectl, target, suffix, step } = args;
  const pod = await podOfCronJob(kubectl, "postgres-backup");
  const job = jobOf({ namespace, name: `postgres-restore-plan-${suffix}` }, pod, [
    ...["pgbackrest", "--log-level-console=off", "info", "--output=json"],
  ]);
  const text = await step("what can be restored", ({ doing }) => runJob(kubectl, job, doing));
  return planRestore(readRepository(text), target);
}

export interface PreparedRestore {
  /** For people. */
  readonly text: string;
  /** Stops, restores, starts; returns the rows of each table, as lines. */
  run(): Promise<string>;
}

/** Looks up what would happen, and changes nothing. */
export async function prepareRestore(args: RestoreArgs): Promise<PreparedRestore> {
  const plan = await readPlan(args);
  const workloads = await findWorkloads(args.kubectl);
  const servers = workloads.find(({ name }) => name === "postgres")?.replicas ?? 1;
  if (servers > 1) {
    throw new Error(
      `A restore works on one server, and there are ${servers}. Go back to one as docs/runbooks/database-of-three.md says, restore, then set postgres.replicas to ${servers} again: the others copy what was restored`,
    );
  }
  const stopped = workloads.map(({ kind, name }) => `${kind} ${name}`);
  const text = planText({ plan, loss: await lossSince(args), stopped });
  return { text, run: () => restoreInPlace(args, workloads) };
}

/** What the pod's log tells of each table. */
function rowsOfTables(log: string): string {
  return [...log.matchAll(/: (\S+ has \d+ rows)$/gm)]
    .map(([, line = ""]) => `  ${line}`)
    .join("\n");
}

/** The last line but one of the pod's log tells how many rows there are. */
function rowsOf(log: string): string {
  return /: (\d+ rows in all)/.exec(log)?.[1] ?? "restored";
}

async function replace({ kubectl, target, suffix, step }: RestoreArgs): Promise<string> {
  const pod = await podOfCronJob(kubectl, restorer);
  const [container] = pod.template.spec.containers;
  const [program = "", mode = "", , ...settings] = container?.args ?? [];
  const job = jobOf({ namespace, name: `${restorer}-${suffix}` }, pod, [
    ...[program, mode, targetArgument(target), ...settings],
  ]);
  return step("restore", ({ doing }) => runJob(kubectl, job, doing), rowsOf);
}

/** A pod of theirs holds the database's volume as long as it is there, ended or not: the volume could not be deleted. */
async function forgetRestores({ kubectl }: RestoreRun): Promise<void> {
  const selector = `app.kubernetes.io/name=${restorer}`;
  await kubectl(["-n", namespace, "delete", "jobs", "--selector", selector]);
}

/** Schema and passwords of today; they may be younger than what was restored. */
async function migrate({ kubectl, suffix, step }: RestoreRun): Promise<void> {
  const place = { namespace: "framewright-api", name: `migrate-after-restore-${suffix}` };
  const pod = await podOfNewestJob(kubectl, place.namespace, "migrate");
  if (pod === undefined) {
    throw new Error("The Job that migrates the database is gone. Run `pulumi up --replace` on it");
  }
  await step("schema and passwords", ({ doing }) => runJob(kubectl, jobOf(place, pod), doing));
}

/** By the socket where Redis takes clients by TLS alone. `-e` makes an error reply an exit code; the pod has REDISCLI_AUTH. */
export const forgetCached =
  'if [ -S /tmp/redis.sock ]; then set -- -s /tmp/redis.sock; fi; redis-cli -e "$@" FLUSHALL';

const isDatabase = ({ name }: StoppedWorkload): boolean => name === "postgres";

/** What follows when the database is there: schema, caches, clients, and the first backup of the new timeline. */
async function finish(args: RestoreRun, workloads: readonly StoppedWorkload[]): Promise<void> {
  const { kubectl, step, suffix } = args;
  await startAll(args, workloads.filter(isDatabase));
  await migrate(args);
  await step("forget what is cached", () =>
    kubectl(["-n", namespace, "exec", "redis-0", "--", "sh", "-c", forgetCached]),
  );
  await startAll(
    args,
    workloads.filter((one) => !isDatabase(one)),
  );
  const backup = `postgres-backup-after-restore-${suffix}`;
  await step("begin a backup", () =>
    kubectl(["-n", namespace, "create", "job", "--from=cronjob/postgres-backup", backup]),
  );
}

async function startAll(
  { kubectl, step }: RestoreRun,
  workloads: readonly StoppedWorkload[],
): Promise<void> {
  for (const one of workloads) await step(`start ${one.name}`, () => startWorkload(kubectl, one));
}

async function restoreInPlace(
  args: RestoreArgs,
  workloads: readonly StoppedWorkload[],
): Promise<string> {
  const { kubectl, step } = args;
  let log: string;
  try {
    for (const one of workloads) {
      await step(`stop ${one.name}`, () => stopWorkload(kubectl, one));
    }
    log = await replace(args);
  } catch (error) {
    // Nothing was replaced: the platform goes on with what it had.
    await startAll(args, workloads.toReversed());
    throw error;
  }
  try {
    await forgetRestores(args);
    await finish(args, workloads);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${reason}\nThe database is the restored one, and what has not been started has no pods. Mend the reason, then run npm run restore -- --finish`,
      { cause: error },
    );
  }
  return rowsOfTables(log);
}

/** Does what is left of a restore that failed after the database had been replaced. */
export async function finishRestore(args: RestoreRun): Promise<void> {
  await finish(args, await findWorkloads(args.kubectl));
}
