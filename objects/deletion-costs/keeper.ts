import { Type } from "typebox";
import { Value } from "typebox/value";
import type { BusyWorkers } from "@framewright/contracts/busy-workers.ts";
import type { Kubernetes } from "../kubernetes.ts";
import { costAnnotation, costOf } from "./cost.ts";

const Pod = Type.Object({
  metadata: Type.Object({
    name: Type.String(),
    deletionTimestamp: Type.Optional(Type.String()),
    annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
});

export interface KeeperArgs {
  readonly kubernetes: Pick<Kubernetes, "listMetadata" | "annotate">;
  readonly namespace: string;
  readonly busyWorkers: () => Promise<BusyWorkers>;
}

export interface Pass {
  readonly pods: number;
  readonly busy: number;
  readonly changed: number;
}

/**
 * Writes to each pod of the namespace what it would cost to remove it. When the API does not tell who works, nothing is changed: what
 * worked a moment ago mostly still does.
 */
export async function keepCosts({ kubernetes, namespace, busyWorkers }: KeeperArgs): Promise<Pass> {
  const { workers } = await busyWorkers();
  const seconds = new Map(workers.map((worker) => [worker.name, worker.seconds]));
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const pass = { pods: 0, busy: 0, changed: 0 };
  for await (const object of kubernetes.listMetadata(path)) {
    const { name, deletionTimestamp, annotations } = Value.Parse(Pod, object).metadata;
    if (deletionTimestamp !== undefined) continue;
    const cost = costOf(seconds.get(name));
    pass.pods += 1;
    if (cost > 0) pass.busy += 1;
    const wanted = cost === 0 ? undefined : String(cost);
    if (annotations?.[costAnnotation] === wanted) continue;
    // A pod that went since it was listed needs no cost.
    if (await kubernetes.annotate(`${path}/${name}`, { [costAnnotation]: wanted ?? null })) {
      pass.changed += 1;
    }
  }
  return pass;
}
