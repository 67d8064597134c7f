import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BusyWorkers } from "@framewright/contracts/busy-workers.ts";
import { costAnnotation } from "../../objects/deletion-costs/cost.ts";
import { costPolicySpec, costRights } from "../../services/autoscaling/deletion-costs.ts";
import { startControlPlane, type ControlPlane } from "../support/control-plane.ts";
import { accessAs } from "../support/control-plane/access.ts";
import { freePort } from "../support/closed-network.ts";

/** The program, its rights and the policy that narrows them, against a real Kubernetes API and its controllers. */
const namespace = "framewright-workers";
const account = {
  kind: "ServiceAccount",
  name: "deletion-costs",
  namespace: "framewright-autoscaling",
};
const asAccount = ["--as", `system:serviceaccount:${account.namespace}:${account.name}`];
const place = { name: account.name, namespace };
const group = "rbac.authorization.k8s.io";
const labels = { app: "worker-cpu" };
/** kubectl gets what it patches, which the program does not. */
const looks = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
const rules = [...costRights, looks];
const role = { apiVersion: `${group}/v1`, kind: "Role", metadata: place, rules };

const objects = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: account.namespace } },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { ...place, namespace: account.namespace },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: account.name },
    spec: costPolicySpec,
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: account.name },
    spec: { policyName: account.name, validationActions: ["Deny"] },
  },
  role,
  {
    apiVersion: `${group}/v1`,
    kind: "RoleBinding",
    metadata: place,
    roleRef: { apiGroup: group, kind: "Role", name: account.name },
    subjects: [account],
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "worker-cpu", namespace },
    spec: {
      replicas: 4,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { prometheus: "true" } },
        spec: { containers: [{ name: "worker", image: "worker:1" }] },
      },
    },
  },
];

let plane: ControlPlane;
let program: ChildProcess;
let api: Server;
let busy: BusyWorkers = { workers: [] };

function pods(): string[] {
  const path = "jsonpath={.items[*].metadata.name}";
  return plane
    .kubectl("-n", namespace, "get", "pods", "-o", path)
    .split(" ")
    .filter(Boolean)
    .sort();
}

function costs(): Record<string, string> {
  const { items } = JSON.parse(plane.kubectl("-n", namespace, "get", "pods", "-o", "json")) as {
    items: { metadata: { name: string; annotations?: Record<string, string> } }[];
  };
  return Object.fromEntries(
    items.flatMap(({ metadata: { name, annotations } }) => {
      const cost = annotations?.[costAnnotation];
      return cost === undefined ? [] : [[name, cost] as const];
    }),
  );
}

beforeAll(async () => {
  plane = await startControlPlane();
  for (const object of objects) plane.kubectlWithInput(JSON.stringify(object), "apply", "-f", "-");
  api = createServer((_request, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify(busy));
  });
  const [apiPort, port] = [await freePort(), await freePort()];
  await new Promise<void>((resolve) => api.listen(apiPort, "127.0.0.1", resolve));
  program = spawn(process.execPath, ["objects/deletion-costs/main.ts"], {
    stdio: "inherit",
    env: {
      HEALTH_PORT: String(port),
      NAMESPACE: namespace,
      BUSY_WORKERS_URL: `http://127.0.0.1:${apiPort}/scaling/busy-workers`,
      PERIOD_SECONDS: "1",
      LOG_LEVEL: "info",
      ...accessAs(plane, account),
    },
  });
});

afterAll(async () => {
  program.kill("SIGKILL");
  api.close();
  await plane.stop();
});

test("the ReplicaSet that loses pods keeps those that work, and of them those that have worked for longest", async () => {
  await expect.poll(pods, { timeout: 30_000 }).toHaveLength(4);
  const [first = "", second = "", third = ""] = pods();
  busy = {
    workers: [
      { name: second, seconds: 20 },
      { name: third, seconds: 7200 },
    ],
  };
  await expect.poll(costs, { timeout: 20_000 }).toEqual({ [second]: "1", [third]: "64" });

  plane.kubectl("-n", namespace, "scale", "deployment/worker-cpu", "--replicas=2");
  await expect.poll(pods, { timeout: 30_000 }).toEqual([second, third]);
  plane.kubectl("-n", namespace, "scale", "deployment/worker-cpu", "--replicas=1");
  await expect.poll(pods, { timeout: 30_000 }).toEqual([third]);

  busy = { workers: [{ name: first, seconds: 1 }] };
  await expect.poll(costs, { timeout: 20_000 }).toEqual({});
});

test.each([
  [
    "another image",
    { spec: { containers: [{ name: "worker", image: "evil:1" }] } },
    "may not change the spec",
  ],
  ["another label", { metadata: { labels: { app: "api" } } }, "may not change labels"],
  [
    "another annotation",
    { metadata: { annotations: { prometheus: "false" } } },
    "may change no annotation but",
  ],
  [
    "one annotation more",
    { metadata: { annotations: { more: "1" } } },
    "may change no annotation but",
  ],
  [
    "one annotation less",
    { metadata: { annotations: { prometheus: null } } },
    "may change no annotation but",
  ],
  [
    "a finalizer",
    { metadata: { finalizers: ["a.example/b"] } },
    "may not change owners and finalizers",
  ],
  [
    "a cost below none",
    { metadata: { annotations: { [costAnnotation]: "-5" } } },
    "is a number from 0",
  ],
])(
  "its account cannot give a pod %s, though Kubernetes' rights would let it",
  (_what, patch, why) => {
    const [pod = ""] = pods();
    const change = (...as: string[]) =>
      plane.kubectl(
        ...["-n", namespace, "patch", `pod/${pod}`, "--type=strategic", "--dry-run=server"],
        ...["-p", JSON.stringify(patch), ...as],
      );
    expect(() => change(...asAccount)).toThrow(why);
    // An administrator may: the policy is about this account alone.
    expect(change()).toContain("patched");
  },
);

test.each([
  ["makes no pod", ["create", "pods"]],
  ["removes none", ["delete", "pods"]],
  ["evicts none", ["create", "pods/eviction"]],
  ["runs nothing in one", ["create", "pods/exec"]],
  ["touches no Deployment", ["patch", "deployments"]],
  ["reads no Secret", ["get", "secrets"]],
])("its account %s", (_what, [verb = "", kind = ""]) => {
  const may = () => plane.kubectl("-n", namespace, "auth", "can-i", verb, kind, ...asAccount);
  expect(may).toThrow();
});
