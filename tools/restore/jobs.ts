import { setTimeout as sleep } from "node:timers/promises";
import { Type, type Static } from "typebox";
import { parseAs } from "../parse.ts";
import type { Kubectl } from "./kubectl.ts";

const Container = Type.Object({ args: Type.Array(Type.String()) });

/** Everything that is not named here is handed on as it is. */
const JobSpec = Type.Object({
  template: Type.Object({
    metadata: Type.Object({ labels: Type.Record(Type.String(), Type.String()) }),
    spec: Type.Object({ containers: Type.Array(Container, { minItems: 1, maxItems: 1 }) }),
  }),
});
type JobSpec = Static<typeof JobSpec>;

const CronJob = Type.Object({ spec: Type.Object({ jobTemplate: Type.Object({ spec: JobSpec }) }) });
const OldJob = Type.Object({
  metadata: Type.Object({ creationTimestamp: Type.String() }),
  spec: JobSpec,
});
const OldJobs = Type.Object({ items: Type.Array(OldJob) });

const Status = Type.Object({
  status: Type.Object({
    conditions: Type.Optional(
      Type.Array(Type.Object({ type: Type.String(), status: Type.String() })),
    ),
  }),
});

export interface JobPlace {
  readonly namespace: string;
  readonly name: string;
}

/** A Job of that pod, with other arguments where they are given. */
export function jobOf(
  { namespace, name }: JobPlace,
  { template, ...spec }: JobSpec,
  args?: readonly string[],
) {
  const [container] = template.spec.containers;
  const own = args === undefined ? container : { ...container, args: [...args] };
  const labels = Object.fromEntries(
    // The Job that had them before gave its pods its own name and number.
    Object.entries(template.metadata.labels).filter(
      ([key]) => !/(controller-uid|job-name)$/.test(key),
    ),
  );
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels },
    spec: {
      // Of a Job that was there; its controller makes another one.
      ...Object.fromEntries(Object.entries(spec).filter(([key]) => key !== "selector")),
      template: {
        ...template,
        metadata: { ...template.metadata, labels },
        spec: { ...template.spec, containers: [own] },
      },
    },
  };
}

/** The pod that a CronJob of the platform makes. */
export async function podOfCronJob(kubectl: Kubectl, name: string): Promise<JobSpec> {
  const text = await kubectl([
    ...["-n", "framewright-data", "get", "cronjob", name, "--ignore-not-found", "--output", "json"],
  ]);
  if (text.trim() === "") {
    throw new Error(
      `The stack has no CronJob ${name}: it makes no backups of its own. Set backups.enabled in its stack file; a managed database is restored by its cloud.`,
    );
  }
  return parseAs(CronJob, JSON.parse(text), `CronJob ${name}`).spec.jobTemplate.spec;
}

/** The pod of the newest Job of an app; undefined where there is none. */
export async function podOfNewestJob(
  kubectl: Kubectl,
  namespace: string,
  app: string,
): Promise<JobSpec | undefined> {
  const selector = `app.kubernetes.io/name=${app}`;
  const text = await kubectl(["-n", namespace, "get", "jobs", "-l", selector, "-o", "json"]);
  const { items } = parseAs(OldJobs, JSON.parse(text), `The Jobs of ${app}`);
  return items
    .toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))
    .at(-1)?.spec;
}

async function stateOf(kubectl: Kubectl, { namespace, name }: JobPlace): Promise<string> {
  const text = await kubectl(["-n", namespace, "get", "job", name, "--output", "json"]);
  const { conditions = [] } = parseAs(Status, JSON.parse(text), `Job ${name}`).status;
  const ended = conditions.find(
    ({ type, status }) => status === "True" && (type === "Complete" || type === "Failed"),
  );
  return ended?.type ?? "Running";
}

/** Makes a Job and waits for its end; returns what its pod printed. Throws with that when it failed. */
export async function runJob(
  kubectl: Kubectl,
  job: ReturnType<typeof jobOf>,
  doing: (line: string) => void,
): Promise<string> {
  const { metadata: place } = job;
  const logs = ["-n", place.namespace, "logs", `job/${place.name}`, "--tail", "-1"];
  await kubectl(["create", "--filename", "-"], JSON.stringify(job));
  for (;;) {
    const state = await stateOf(kubectl, place);
    if (state === "Complete") return kubectl(logs);
    // Until the container has started there is nothing to read.
    const text = await kubectl(logs).catch(() => "");
    if (state === "Failed") {
      throw new Error(
        `Job ${place.name} of ${place.namespace} failed:\n${text.trimEnd().split("\n").slice(-20).join("\n")}`,
      );
    }
    const line = text.trimEnd().split("\n").at(-1);
    if (line !== undefined && line !== "") doing(line);
    await sleep(2000);
  }
}
