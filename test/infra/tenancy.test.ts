import { beforeAll, expect, test } from "vitest";
import { modelNamespaces, namespaces, type Growth } from "../../infra/cluster.ts";
import { provisionCluster } from "../../infra/index.ts";
import { imageReference } from "../../infra/local/images.ts";
import { priorities } from "../../infra/tenancy/priorities.ts";
import { platformCeiling } from "../../infra/tenancy/quotas.ts";
import { Tenancy } from "../../infra/tenancy/tenancy.ts";
import { maskSecrets, type Registration } from "../support/mocks.ts";
import { inputsOf, leaves, registered, testConfig } from "../support/under-mocks.ts";

let resources: Registration[];
/** The same on a cluster with GPU nodes and load balancers. */
let onCloud: Registration[];
beforeAll(async () => {
  resources = await registered(() => provisionCluster(testConfig(), () => []));
  const { models } = testConfig();
  const growth: Growth[] = [
    { role: "api", pods: 10, loadBalancers: 2 },
    { role: "workers", pods: 30, gpuSlices: 5 },
  ];
  const dns = { labels: { "k8s-app": "kube-dns" }, port: 53 };
  onCloud = await registered(() => new Tenancy("tenancy", { dns, growth, models }, {}));
});

const roles = ["data", "api", "workers"] as const;
const services = ["stt", "mt", "tts", "lipSync"] as const;

test("a provisioned local cluster is exactly these resources", () => {
  const guards = roles.flatMap((role) => [
    `LimitRange tenancy-${role}-defaults`,
    `Namespace tenancy-${role}-namespace`,
    `NetworkPolicy tenancy-${role}-allow-dns`,
    `NetworkPolicy tenancy-${role}-deny-all`,
    `ResourceQuota tenancy-${role}-quota`,
  ]);
  const classes = Object.keys(priorities).map((name) => `PriorityClass tenancy-${name}`);
  expect(leaves(resources)).toEqual([...guards, ...classes, "kubernetes cluster"].toSorted());
});

test("the provider is pinned to a context and an identity, and its kubeconfig is secret", () => {
  expect(maskSecrets(inputsOf(resources, "cluster"))).toMatchObject({
    kubeconfig: "<secret>",
    context: "framewright",
    clusterIdentifier: "local/framewright",
    enableServerSideApply: "true",
  });
});

test.each(roles)("namespace %s enforces, warns of and audits the restricted standard", (role) => {
  expect(inputsOf(resources, `tenancy-${role}-namespace`)).toMatchObject({
    metadata: {
      name: namespaces[role],
      labels: {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
      },
    },
  });
});

test.each(roles)("namespace %s denies all traffic, but for name resolution", (role) => {
  expect(inputsOf(resources, `tenancy-${role}-deny-all`).spec).toEqual({
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
  });
  expect(inputsOf(resources, `tenancy-${role}-allow-dns`).spec).toEqual({
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
            podSelector: { matchLabels: { "app.kubernetes.io/name": "coredns" } },
          },
        ],
        ports: [
          { protocol: "UDP", port: 1053 },
          { protocol: "TCP", port: 1053 },
        ],
      },
    ],
  });
});

test("defaults for containers set no CPU limit, which would throttle pods that want none", () => {
  expect(inputsOf(resources, "tenancy-workers-defaults").spec).toEqual({
    limits: [
      {
        type: "Container",
        defaultRequest: { cpu: "50m", memory: "64Mi" },
        default: { memory: "256Mi" },
      },
    ],
  });
});

test("the ceilings of a local stack are above the seeds' highest bounds, without load balancers", () => {
  const hard = (role: string) => inputsOf(resources, `tenancy-${role}-quota`).spec;
  expect(roles.map(hard)).toEqual([
    { hard: { pods: "30", "services.loadbalancers": "0" } },
    { hard: { pods: "30", "services.loadbalancers": "0" } },
    { hard: { pods: "100", "services.loadbalancers": "0", "services.nodeports": "0" } },
  ]);
});

test("on a cloud the API may have its load balancers, and the workers the slices of NVENC", () => {
  expect(inputsOf(onCloud, "tenancy-api-quota").spec).toEqual({
    hard: { pods: "30", "services.loadbalancers": "2" },
  });
  expect(inputsOf(onCloud, "tenancy-workers-quota").spec).toEqual({
    hard: {
      pods: "100",
      "services.loadbalancers": "0",
      "services.nodeports": "0",
      "requests.nvidia.com/gpu": "5",
    },
  });
});

test("a ceiling leaves room for a rollout at the highest bound", () => {
  expect(platformCeiling("workers", [{ role: "workers", pods: 500 }])).toMatchObject({
    pods: "1000",
  });
});

test("a ceiling is the sum of the services that share the namespace", () => {
  const growth: Growth[] = [
    { role: "api", pods: 30, loadBalancers: 2 },
    { role: "api", pods: 10, loadBalancers: 1, gpuSlices: 3 },
    { role: "workers", pods: 500 },
  ];
  expect(platformCeiling("api", growth)).toEqual({
    pods: "80",
    "services.loadbalancers": "3",
    "requests.nvidia.com/gpu": "3",
  });
});

test("a ceiling of the workers has room for the ports on nodes that a service of theirs opens", () => {
  const growth: Growth[] = [
    { role: "workers", pods: 5, nodePorts: 3 },
    { role: "workers", pods: 20 },
  ];
  expect(platformCeiling("workers", growth)).toMatchObject({ "services.nodeports": "3" });
});

test("each model service has the quota of seed 004 in a namespace of its own, in slices", () => {
  const quotas = services.map((service) => {
    const { metadata, spec } = inputsOf(onCloud, `tenancy-${modelNamespaces[service]}-quota`);
    return [(metadata as { namespace: string }).namespace, (spec as { hard: unknown }).hard];
  });
  const hard = (cores: string, memory: string, slices: string) => ({
    "requests.cpu": cores,
    "limits.cpu": cores,
    "requests.memory": memory,
    "limits.memory": memory,
    "requests.nvidia.com/gpu": slices,
    "services.loadbalancers": "0",
    "services.nodeports": "0",
  });
  expect(quotas).toEqual([
    ["ai-models-stt", hard("64", "256Gi", "4")],
    ["ai-models-mt", hard("32", "128Gi", "2")],
    ["ai-models-tts", hard("64", "256Gi", "4")],
    ["ai-models-lip-sync", hard("32", "128Gi", "2")],
  ]);
});

test.each(services)("the namespace of %s is guarded like the platform's own", (service) => {
  const name = `tenancy-${modelNamespaces[service]}`;
  expect(inputsOf(onCloud, `${name}-namespace`)).toMatchObject({
    metadata: {
      name: modelNamespaces[service],
      labels: {
        "framewright.dev/role": "models",
        "pod-security.kubernetes.io/enforce": "restricted",
      },
    },
  });
  expect(inputsOf(onCloud, `${name}-deny-all`).spec).toEqual(
    inputsOf(onCloud, "tenancy-data-deny-all").spec,
  );
  expect(inputsOf(onCloud, `${name}-allow-dns`).spec).toEqual(
    inputsOf(onCloud, "tenancy-data-allow-dns").spec,
  );
});

test("a container of a model service that states nothing states all that its quota asks for", () => {
  expect(inputsOf(onCloud, "tenancy-ai-models-mt-defaults").spec).toEqual({
    limits: [
      {
        type: "Container",
        defaultRequest: { cpu: "100m", memory: "256Mi" },
        default: { cpu: "1", memory: "1Gi" },
      },
    ],
  });
});

test("platform before GPU before batch, and batch evicts nobody", () => {
  const order = Object.entries(priorities).toSorted(([, a], [, b]) => b.value - a.value);
  expect(order.map(([name]) => name)).toEqual([
    "platform-critical",
    "gpu-premium",
    "gpu-standard",
    "batch-low",
  ]);
  expect(inputsOf(resources, "tenancy-batch-low")).toMatchObject({ preemptionPolicy: "Never" });
});

test("images come from the node's descriptor, or from a registry", () => {
  expect(
    imageReference({ kind: "built", references: { api: "framewright.local/api:1" } }, "api"),
  ).toBe("framewright.local/api:1");
  expect(
    imageReference({ kind: "registry", registry: "r.test/x", tag: "v1" }, "object-store"),
  ).toBe("r.test/x/object-store:v1");
});

test("an image that the node lacks is an error that names it and the remedy", () => {
  expect(() => imageReference({ kind: "built", references: { api: "x" } }, "worker")).toThrow(
    'the node has no image "worker" (it has: api); build the missing ones with `npm run demo`',
  );
});
