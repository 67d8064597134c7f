import { Type } from "typebox";
import { parseAs } from "../parse.ts";
import type { Kubectl } from "./kubectl.ts";

const Scaled = Type.Object({
  metadata: Type.Object({
    annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
  spec: Type.Object({ replicas: Type.Optional(Type.Integer()) }),
});

/** How many there were, for a restore that was interrupted and is run again. */
const remembered = "framewright.dev/replicas-before-restore";

export interface WorkloadRow {
  readonly namespace: string;
  readonly kind: "deployment" | "statefulset";
  readonly name: string;
}

/** What speaks to the database, and last the database itself. */
const stoppedRows: readonly WorkloadRow[] = [
  { namespace: "framewright-api", kind: "deployment", name: "api" },
  { namespace: "framewright-api", kind: "deployment", name: "webhooks" },
  { namespace: "framewright-data", kind: "statefulset", name: "postgres" },
];

export interface StoppedWorkload extends WorkloadRow {
  readonly replicas: number;
}

/** Those of the rows that the stack has, with the number of their pods. */
export async function findWorkloads(kubectl: Kubectl): Promise<StoppedWorkload[]> {
  const found: StoppedWorkload[] = [];
  for (const row of stoppedRows) {
    const text = await kubectl([
      ...["-n", row.namespace, "get", row.kind, row.name, "--ignore-not-found", "-o", "json"],
    ]);
    if (text.trim() === "") continue;
    const { metadata, spec } = parseAs(Scaled, JSON.parse(text), `${row.kind} ${row.name}`);
    const before = metadata.annotations?.[remembered];
    const replicas = spec.replicas ?? 1;
    found.push({ ...row, replicas: replicas === 0 ? Number(before ?? 1) : replicas });
  }
  return found;
}

/** Takes all its pods away and waits until they are gone. */
export async function stopWorkload(kubectl: Kubectl, one: StoppedWorkload): Promise<void> {
  const target = `${one.kind}/${one.name}`;
  const inside = ["-n", one.namespace];
  await kubectl([...inside, "annotate", "--overwrite", target, `${remembered}=${one.replicas}`]);
  await kubectl([...inside, "scale", target, "--replicas", "0"]);
  const selector = `app.kubernetes.io/name=${one.name}`;
  await kubectl([...inside, "wait", "--for=delete", "pod", "-l", selector, "--timeout", "180s"]);
}

export async function startWorkload(kubectl: Kubectl, one: StoppedWorkload): Promise<void> {
  const target = `${one.kind}/${one.name}`;
  const inside = ["-n", one.namespace];
  await kubectl([...inside, "scale", target, "--replicas", String(one.replicas)]);
  await kubectl([...inside, "rollout", "status", target, "--timeout", "600s"]);
  await kubectl([...inside, "annotate", target, `${remembered}-`]);
}
