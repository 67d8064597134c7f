import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import type { Result } from "../../../tools/doctor/examine.ts";

const cli = join(import.meta.dirname, "../../../tools/cli.ts");

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane.stop());

function doctor(): { status: number | null; results: Result[] } {
  const args = [cli, "doctor", "--kubeconfig", plane.kubeconfig, "--json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stderr).toBe("");
  const { results } = JSON.parse(stdout) as { results: Result[] };
  return { status, results };
}

function apply(object: object): void {
  plane.kubectlWithInput(JSON.stringify(object), "apply", "--filename", "-");
}

function patchStatus(what: readonly string[], status: object): void {
  const patch = JSON.stringify({ status });
  plane.kubectl("patch", ...what, "--subresource=status", "--type=merge", "--patch", patch);
}

const namespace = "framewright-api";

function makeNode(): void {
  apply({ apiVersion: "v1", kind: "Node", metadata: { name: "n1" } });
  const condition = (type: string, status: string) => ({ type, status, reason: "Test" });
  const conditions = [condition("Ready", "True"), condition("MemoryPressure", "True")];
  patchStatus(["node", "n1"], { conditions });
}

function makePod(name: string, waiting: string): void {
  apply({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { "app.kubernetes.io/part-of": "framewright" } },
    spec: { nodeName: "n1", containers: [{ name: "main", image: "registry.test/api:1" }] },
  });
  const status = { name: "main", ready: false, restartCount: 7, image: "registry.test/api:1" };
  patchStatus(["pod", name, "--namespace", namespace], {
    phase: "Running",
    containerStatuses: [
      {
        ...{ ...status, imageID: "" },
        state: { waiting: { reason: waiting } },
        lastState: { terminated: { exitCode: 3, reason: "Error" } },
      },
    ],
  });
}

it("reads a real Kubernetes API, and says what is wrong there and what it could not see", () => {
  apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  makeNode();
  apply({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace },
  });
  makePod("api-1", "CrashLoopBackOff");
  makePod("api-2", "ImagePullBackOff");
  apply({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "quota", namespace },
    spec: { hard: { pods: "10" } },
  });

  const { status, results } = doctor();
  expect(status).toBe(1);
  expect(status).toBe(1);
  const found = results.flatMap(({ findings }) => findings.map(({ what }) => what));
  expect(found).toEqual([
    "node n1 runs out of memory",
    "framewright-api/api-1: container main starts again and again; it last ended with exit code 3",
    "framewright-api/api-2: the image registry.test/api:1 cannot be pulled (ImagePullBackOff)",
    // Those of this test are made for a day.
    expect.stringMatching(/^the certificate of the API server .* expires in 1 days$/),
    "the certificate of your own login expires in 1 days",
  ]);
  const of = (check: string) => results.find((result) => result.check === check);
  expect(of("quotas")?.verdict).toBe("fine");
  expect(of("autoscalers")?.verdict).toBe("not here");
  expect(of("queues")).toMatchObject({
    verdict: "unknown",
    reason: "no pod of RabbitMQ runs that could be asked",
  });
});
