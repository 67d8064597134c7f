import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { ControlPlane } from "../../../support/control-plane.ts";

interface Pod {
  metadata: { name: string; namespace: string; labels?: Record<string, string> };
  status: { phase?: string; containerStatuses?: unknown[] };
}

/** Milliseconds between two looks at the pods. */
const lookMs = 500;
const when = "2026-01-01T00:00:00Z";

function container(state: object, more: object = {}): object {
  const image = "example.invalid/main:1";
  return { name: "main", image, imageID: image, ready: false, restartCount: 0, state, ...more };
}

function status(phase: string, isReady: boolean, statuses: object[]): object {
  const ready = isReady ? "True" : "False";
  const conditions = Object.entries({
    PodScheduled: "True",
    Initialized: "True",
    ContainersReady: ready,
    Ready: ready,
  }).map(([type, value]) => ({ type, status: value, lastTransitionTime: when }));
  return {
    phase,
    conditions,
    containerStatuses: statuses,
    podIP: "10.1.2.3",
    podIPs: [{ ip: "10.1.2.3" }],
  };
}

const crashed = { exitCode: 3, reason: "Error", startedAt: when, finishedAt: when };

/** What happens to a pod, by its label "fate". A pod without one, or with another, stays as it is. */
const fates: Record<string, object> = {
  ready: status("Running", true, [
    container({ running: { startedAt: when } }, { ready: true, started: true }),
  ]),
  succeeds: status("Succeeded", false, [
    container({ terminated: { ...crashed, exitCode: 0, reason: "Completed" } }),
  ]),
  fails: status("Failed", false, [container({ terminated: crashed })]),
  crash: status("Running", false, [
    container(
      {
        waiting: {
          reason: "CrashLoopBackOff",
          message: "back-off 10s restarting failed container",
        },
      },
      { restartCount: 3, lastState: { terminated: crashed } },
    ),
  ]),
  pull: status("Pending", false, [
    container({
      waiting: {
        reason: "ImagePullBackOff",
        message: 'Back-off pulling image "example.invalid/main:1"',
      },
    }),
  ]),
};

/** Plays the kubelet of a node "fake": pods on it get the status their label asks for, and their logs one line. */
export class FakeKubelet {
  readonly #cluster: ControlPlane;
  readonly #server: Server;
  #timer: NodeJS.Timeout | undefined;

  constructor(cluster: ControlPlane) {
    this.#cluster = cluster;
    const [cert, key] = ["server.crt", "server.key"].map((file) =>
      readFileSync(path.join(cluster.folder, file)),
    );
    this.#server = createServer({ cert, key }, (request, response) => {
      const previous = request.url?.includes("previous=true") === true ? "previous" : "current";
      response.end(`panic: cannot open the database (${previous} run)\n`);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const taints = [{ key: "fake", effect: "NoSchedule" }];
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "fake" }, spec: { taints } };
    this.#patch("create", node);
    const nodeStatus = {
      capacity: { cpu: "8", memory: "8Gi", pods: "100" },
      allocatable: { cpu: "8", memory: "8Gi", pods: "100" },
      addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: when }],
    };
    this.#cluster.kubectl(
      "patch",
      "node",
      "fake",
      "--subresource=status",
      "--type=merge",
      "-p",
      JSON.stringify({ status: nodeStatus }),
    );
    this.#timer = setInterval(() => {
      this.#look();
    }, lookMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #patch(verb: "create", object: object): void {
    this.#cluster.kubectlWithInput(JSON.stringify(object), verb, "--filename=-");
  }

  #look(): void {
    const list = this.#cluster.kubectl(
      "get",
      "pods",
      "--all-namespaces",
      "--field-selector=spec.nodeName=fake",
      "-o",
      "json",
    );
    for (const pod of (JSON.parse(list) as { items: Pod[] }).items) this.#give(pod);
  }

  #give({ metadata, status: now }: Pod): void {
    const wanted = fates[metadata.labels?.["fate"] ?? ""];
    const where = ["--namespace", metadata.namespace];
    if ("deletionTimestamp" in metadata) {
      this.#cluster.kubectl(
        "delete",
        "pod",
        metadata.name,
        ...where,
        "--force",
        "--grace-period=0",
        "--ignore-not-found",
        "--wait=false",
      );
    } else if (wanted !== undefined && now.containerStatuses === undefined) {
      const patch = JSON.stringify({ status: wanted });
      this.#cluster.kubectl(
        "patch",
        "pod",
        metadata.name,
        ...where,
        "--subresource=status",
        "--type=merge",
        "-p",
        patch,
      );
    }
  }
}
