import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { ControlPlane } from "./control-plane.ts";

const PodList = Type.Object({
  items: Type.Array(
    Type.Object({
      metadata: Type.Object({
        name: Type.String(),
        namespace: Type.String(),
        labels: Type.Record(Type.String(), Type.String()),
        deletionTimestamp: Type.Optional(Type.String()),
      }),
      spec: Type.Object({ containers: Type.Array(Type.Object({ name: Type.String() })) }),
      status: Type.Object({ phase: Type.String() }),
    }),
  ),
});

type Pod = Static<typeof PodList>["items"][number];

const nodeName = "pretend";
const jobLabel = "batch.kubernetes.io/job-name";
const pollMs = 500;

function statusOf(isJob: boolean, containers: readonly { name: string }[], address: string) {
  const condition = (type: string) => ({
    type,
    status: isJob && type !== "PodScheduled" ? "False" : "True",
  });
  return {
    phase: isJob ? "Succeeded" : "Running",
    podIP: address,
    podIPs: [{ ip: address }],
    conditions: ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map(condition),
    containerStatuses: containers.map(({ name }) => ({
      name,
      image: "none",
      imageID: "none",
      restartCount: 0,
      ready: !isJob,
      state: isJob
        ? { terminated: { exitCode: 0, reason: "Completed" } }
        : { running: { startedAt: new Date().toISOString() } },
    })),
  };
}

/**
 * Says of every pod that it runs and is ready, and of every Job's that it succeeded. Nothing runs; what a
 * program makes of a real API with its controllers can be seen without a node.
 */
export class FakeKubelet {
  readonly #plane: ControlPlane;
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  #next = 1;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    // Not schedulable, so that binding is ours alone.
    this.#apply("/api/v1/nodes", {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: nodeName },
      spec: { unschedulable: true },
    });
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#tick();
      await sleep(pollMs);
    }
  }

  #apply(path: string, object: unknown): void {
    const file = join(this.#plane.folder, "fake-kubelet.json");
    writeFileSync(file, JSON.stringify(object));
    this.#plane.kubectl("create", `--raw=${path}`, `--filename=${file}`);
  }

  #tick(): void {
    const text = this.#plane.kubectl("get", "pods", "--all-namespaces", "--output=json");
    for (const pod of Value.Parse(PodList, JSON.parse(text)).items) {
      if (pod.metadata.deletionTimestamp !== undefined) this.#forget(pod);
      else if (pod.status.phase === "Pending") this.#start(pod);
    }
  }

  #start({ metadata: { name, namespace, labels }, spec }: Pod): void {
    this.#apply(`/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name },
      target: { apiVersion: "v1", kind: "Node", name: nodeName },
    });
    const address = `10.244.0.${this.#next++ % 250}`;
    const patch = { status: statusOf(jobLabel in labels, spec.containers, address) };
    this.#plane.kubectl(
      "patch",
      "pod",
      name,
      `--namespace=${namespace}`,
      "--subresource=status",
      "--type=merge",
      `--patch=${JSON.stringify(patch)}`,
    );
  }

  #forget({ metadata: { name, namespace } }: Pod): void {
    this.#plane.kubectl(
      "delete",
      "pod",
      name,
      `--namespace=${namespace}`,
      "--grace-period=0",
      "--force",
      "--wait=false",
      "--ignore-not-found",
    );
  }
}
