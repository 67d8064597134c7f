import { setTimeout as sleep } from "node:timers/promises";
import { Type } from "typebox";
import { kubectl } from "../../../tools/node/start.ts";
import { parseAs } from "../../../tools/parse.ts";
import { scalerOf } from "./scaler.ts";

const inWorkers = "--namespace=framewright-workers";

/** What KEDA scales the workers by. */
export const workersScaler = scalerOf("framewright-workers", "worker-cpu");

const Condition = Type.Object({
  type: Type.String(),
  status: Type.String(),
  lastTransitionTime: Type.Optional(Type.String()),
});
const Pods = Type.Object({
  items: Type.Array(
    Type.Object({
      metadata: Type.Object({
        name: Type.String(),
        creationTimestamp: Type.String(),
        deletionTimestamp: Type.Optional(Type.String()),
      }),
      status: Type.Object({ conditions: Type.Optional(Type.Array(Condition)) }),
    }),
  ),
});

export interface WorkerPod {
  readonly name: string;
  readonly isLeaving: boolean;
  readonly isReady: boolean;
  /** In milliseconds since 1970, by Kubernetes' clock of seconds: `created`, and its conditions once they hold. */
  readonly at: Readonly<Record<string, number>>;
}

export async function workerPods(): Promise<WorkerPod[]> {
  const selector = "--selector=app.kubernetes.io/name=worker-cpu";
  const text = await kubectl(["get", "pods", inWorkers, selector, "--output=json"]);
  return parseAs(Pods, JSON.parse(text), "The pods of workers").items.map(
    ({ metadata, status: { conditions = [] } }) => {
      const held = conditions.filter(({ status }) => status === "True");
      return {
        name: metadata.name,
        isLeaving: metadata.deletionTimestamp !== undefined,
        isReady: held.some(({ type }) => type === "Ready"),
        at: {
          created: Date.parse(metadata.creationTimestamp),
          ...Object.fromEntries(
            held.map((one) => [one.type, Date.parse(one.lastTransitionTime ?? "")]),
          ),
        },
      };
    },
  );
}

/** Those that take jobs. */
export async function readyWorkers(): Promise<WorkerPod[]> {
  return (await workerPods()).filter(({ isReady, isLeaving }) => isReady && !isLeaving);
}

/** Seconds until the ready workers are so many; the pods themselves as well. */
export async function untilWorkers(
  isEnough: (ready: number) => boolean,
  withinMs: number,
): Promise<{ readonly seconds: number; readonly pods: WorkerPod[] }> {
  const start = performance.now();
  for (;;) {
    const pods = await readyWorkers();
    const seconds = (performance.now() - start) / 1000;
    if (isEnough(pods.length)) return { seconds, pods };
    if (seconds * 1000 > withinMs) {
      throw new Error(`${pods.length} workers are ready after ${seconds.toFixed(0)} s`);
    }
    await sleep(250);
  }
}

/** None at all, also none that is about to go. */
export async function untilNoWorker(withinMs: number): Promise<number> {
  const start = performance.now();
  for (;;) {
    const pods = await workerPods();
    const seconds = (performance.now() - start) / 1000;
    if (pods.length === 0) return seconds;
    if (seconds * 1000 > withinMs) {
      throw new Error(
        `${pods.map(({ name }) => name).join(", ")} are left after ${seconds.toFixed(0)} s`,
      );
    }
    await sleep(500);
  }
}

/** The seed's ten minutes without a change would make a test as long. */
export function shrinkAtOnce(): Promise<void> {
  const scaleDown = {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [{ type: "Pods", value: 10, periodSeconds: 1 }],
  };
  const behavior = { scaleDown, scaleUp: { stabilizationWindowSeconds: 0 } };
  return workersScaler.patch({
    cooldownPeriod: 5,
    advanced: { horizontalPodAutoscalerConfig: { behavior } },
  });
}

export function boundWorkers(min: number, max: number): Promise<void> {
  return workersScaler.patch({ minReplicaCount: min, maxReplicaCount: max });
}
