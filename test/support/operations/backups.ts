import { kubectl } from "../../../tools/node/start.ts";

const inData = ["--namespace=framewright-data"];

const untilComplete = ["wait", ...inData, "--for=condition=complete", "--timeout=600s"];

/** Waits until no Job of the database is at work: a new stack makes a first backup, a restored one another. */
export async function untilBackedUp(): Promise<void> {
  await kubectl([...untilComplete, "job", "--all"]);
}

/** Has one of the database's CronJobs work now, and returns what its Job said. */
export async function workNow(cronJob: string): Promise<string> {
  const name = `${cronJob}-${Date.now().toString(36)}`;
  await kubectl(["create", ...inData, "job", `--from=cronjob/${cronJob}`, name]);
  await kubectl([...untilComplete, `job/${name}`]);
  return kubectl(["logs", ...inData, `job/${name}`, "--tail=-1"]);
}

/** What the database answers, a row a line and its columns apart by `|`. */
export async function sql(query: string): Promise<string> {
  const psql = `PGPASSWORD=$(cat "$OWNER_PASSWORD_FILE") psql --no-psqlrc -At -h /tmp -U framewright -c "${query}"`;
  const inPod = ["exec", ...inData, "postgres-0", "--container=postgres", "--"];
  return (await kubectl([...inPod, "sh", "-c", psql])).trim();
}
