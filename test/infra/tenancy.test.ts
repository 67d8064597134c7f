import { beforeAll, expect, test } from "vitest";
import { namespaces } from "../../infra/cluster.ts";
import { provisionCluster } from "../../infra/index.ts";
import { imageReference } from "../../infra/local/images.ts";
import { priorities } from "../../infra/tenancy/priorities.ts";
import { maskSecrets, type Registration } from "../support/mocks.ts";
import { inputsOf, leaves, registered, testConfig } from "../support/under-mocks.ts";

let resources: Registration[];
beforeAll(async () => {
  resources = await registered(() => provisionCluster(testConfig()));
});

const roles = ["data", "api", "workers"] as const;

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
    'the node has no image "worker" (it has: api); run `npm run demo`',
  );
});
