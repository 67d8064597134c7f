import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../../../infra/cluster.ts";
import { kedaDefinitions } from "../../../services/autoscaling/crds.ts";
import { kedaImage, kedaVersion } from "../../../services/autoscaling/images.ts";
import { kedaVersion as builtVersion } from "../../../tools/go-modules.ts";
import { edgesOf, edgeText, halvesOf } from "../../support/edges.ts";
import { maskSecrets, type Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, platformOn, testConfig } from "../../support/under-mocks.ts";

/** The whole platform with this section, on the made-up node. */
function platformWith(
  autoscaling: object = {},
  more: Record<string, unknown> = {},
): Promise<Registration[]> {
  const config = testConfig({ autoscaling: { enabled: true, ...autoscaling }, ...more });
  return platformOn(config);
}

let resources: Registration[];
beforeAll(async () => {
  resources = await platformWith();
});

test("without the part there is nothing of it, and workers follow their load", async () => {
  const all = leaves(await platformWith({ enabled: false }));
  expect(all.filter((name) => /keda|autoscaling-|ScaledObject|api-ops/.test(name))).toEqual([]);
  expect(all).toContain("HorizontalPodAutoscaler workers-cpu-pods-autoscaler");
});

test("KEDA is exactly these resources", () => {
  const own = leaves(resources.filter(({ name }) => name.startsWith("autoscaling")));
  expect(own).toMatchInlineSnapshot(`
    [
      "APIService autoscaling-external-metrics",
      "ClusterRole autoscaling-operator-cluster-role",
      "ClusterRoleBinding autoscaling-adapter-delegation",
      "ClusterRoleBinding autoscaling-operator-cluster-binding",
      "ClusterTriggerAuthentication autoscaling-broker-authentication",
      "CustomResourceDefinition autoscaling-kind-cloudeventsources",
      "CustomResourceDefinition autoscaling-kind-clustercloudeventsources",
      "CustomResourceDefinition autoscaling-kind-clustertriggerauthentications",
      "CustomResourceDefinition autoscaling-kind-scaledjobs",
      "CustomResourceDefinition autoscaling-kind-scaledobjects",
      "CustomResourceDefinition autoscaling-kind-triggerauthentications",
      "Deployment autoscaling-adapter-deployment",
      "Deployment autoscaling-operator-deployment",
      "NetworkPolicy autoscaling-adapter-to-operator-egress",
      "NetworkPolicy autoscaling-adapter-to-operator-ingress",
      "NetworkPolicy autoscaling-keda-adapter-to-kubernetes-egress",
      "NetworkPolicy autoscaling-keda-operator-to-kubernetes-egress",
      "NetworkPolicy autoscaling-served",
      "NetworkPolicy autoscaling-to-api-egress",
      "NetworkPolicy autoscaling-to-api-ingress",
      "NetworkPolicy autoscaling-to-broker-egress",
      "NetworkPolicy autoscaling-to-broker-ingress",
      "Role autoscaling-adapter-framewright-api-role",
      "Role autoscaling-adapter-framewright-workers-role",
      "Role autoscaling-operator-framewright-api-role",
      "Role autoscaling-operator-framewright-workers-role",
      "Role autoscaling-operator-own-framewright-autoscaling-role",
      "RoleBinding autoscaling-adapter-authorities",
      "RoleBinding autoscaling-adapter-framewright-api-binding",
      "RoleBinding autoscaling-adapter-framewright-workers-binding",
      "RoleBinding autoscaling-operator-framewright-api-binding",
      "RoleBinding autoscaling-operator-framewright-workers-binding",
      "RoleBinding autoscaling-operator-own-framewright-autoscaling-binding",
      "Secret autoscaling-broker",
      "Secret autoscaling-certificates",
      "Service autoscaling-adapter-service",
      "Service autoscaling-operator-service",
      "ServiceAccount autoscaling-adapter-account",
      "ServiceAccount autoscaling-operator-account",
    ]
  `);
});

test("workers have a ScaledObject in place of the autoscaler, and the API keeps its own", () => {
  const all = leaves(resources);
  expect(all.filter((name) => name.startsWith("HorizontalPodAutoscaler"))).toEqual([
    "HorizontalPodAutoscaler api-server-autoscaler",
  ]);
  expect(all.filter((name) => name.startsWith("ScaledObject"))).toEqual([
    "ScaledObject webhooks-pods-scaled-object",
    "ScaledObject workers-cpu-pods-scaled-object",
  ]);
});

test("webhook senders: 100 deliveries that are due for each, and their load as before (seed 003)", () => {
  expect(inputsOf(resources, "webhooks-pods-scaled-object")).toMatchObject({
    spec: {
      minReplicaCount: 2,
      maxReplicaCount: 4,
      triggers: [
        {
          type: "metrics-api",
          metadata: {
            url: "http://api-ops.framewright-api.svc.cluster.local:9090/scaling/deliveries",
            valueLocation: "due",
            targetValue: "100",
          },
        },
        { type: "cpu", metricType: "Utilization", metadata: { value: "60" } },
        { type: "memory", metricType: "AverageValue", metadata: { value: "358Mi" } },
      ],
    },
  });
});

const query = "classes=cpu.720p+cpu.1080p+cpu.2160p&workers=worker-cpu-";
const url = `http://api-ops.framewright-api.svc.cluster.local:9090/scaling?${query}`;

test("CPU workers: 2 to 20, 10 jobs each, at the pace of seed 002", () => {
  expect(inputsOf(resources, "workers-cpu-pods-scaled-object")).toMatchObject({
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: { name: "worker-cpu", namespace: "framewright-workers" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "worker-cpu" },
      pollingInterval: 5,
      cooldownPeriod: 600,
      minReplicaCount: 2,
      maxReplicaCount: 20,
      fallback: { failureThreshold: 3, replicas: 2, behavior: "currentReplicasIfHigher" },
      advanced: {
        horizontalPodAutoscalerConfig: {
          name: "worker-cpu",
          behavior: {
            scaleUp: {
              stabilizationWindowSeconds: 0,
              selectPolicy: "Max",
              policies: [
                { type: "Percent", value: 100, periodSeconds: 60 },
                { type: "Pods", value: 5, periodSeconds: 60 },
              ],
            },
            scaleDown: {
              stabilizationWindowSeconds: 600,
              selectPolicy: "Min",
              policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
            },
          },
        },
      },
      triggers: [
        {
          type: "rabbitmq",
          metricType: "AverageValue",
          metadata: {
            protocol: "http",
            mode: "QueueLength",
            queueName: String.raw`^(framewright\.jobs\.cpu\.720p|framewright\.jobs\.cpu\.1080p|framewright\.jobs\.cpu\.2160p)$`,
            useRegex: "true",
            value: "10",
          },
          authenticationRef: { name: "framewright-broker", kind: "ClusterTriggerAuthentication" },
        },
        {
          type: "metrics-api",
          metricType: "AverageValue",
          metadata: { url, valueLocation: "jobs", targetValue: "10" },
        },
        {
          type: "metrics-api",
          metricType: "AverageValue",
          metadata: { url, valueLocation: "running", targetValue: "1" },
        },
      ],
    },
  });
});

test("with what works held: each slot of a worker is one running job", async () => {
  const workers = { cpu: { slots: 4, replicas: { min: 0, max: 3 } } };
  const all = await platformWith({}, { workers });
  expect(inputsOf(all, "workers-cpu-pods-scaled-object")).toMatchObject({
    spec: {
      minReplicaCount: 0,
      fallback: { replicas: 1 },
      triggers: [{}, {}, { metadata: { valueLocation: "running", targetValue: "4" } }],
    },
  });
});

test("equal bounds fix the number: nothing is scaled", async () => {
  const all = await platformWith({}, { workers: { cpu: { replicas: { min: 2, max: 2 } } } });
  expect(
    leaves(all).filter((name) => /workers-cpu.*(scaled-object|autoscaler)/.test(name)),
  ).toEqual([]);
});

test("KEDA looks at queues with a user that may do nothing else", async () => {
  const secret = inputsOf(resources, "autoscaling-broker");
  expect(JSON.stringify(maskSecrets(secret))).not.toContain("scaler");
  expect(inputsOf(resources, "autoscaling-broker-authentication")).toMatchObject({
    kind: "ClusterTriggerAuthentication",
    spec: { secretTargetRef: [{ parameter: "host", name: "keda-broker", key: "host" }] },
  });
  const names = (all: Registration[]) => all.map(({ name }) => name);
  expect(names(resources)).toContain("rabbitmq-scaler-password");
  expect(names(await platformWith({ enabled: false }))).not.toContain("rabbitmq-scaler-password");
});

test("what KEDA reaches, and who reaches it", () => {
  const own = edgesOf(resources)
    .pods.map(edgeText)
    .filter((edge) => edge.includes("framewright-autoscaling"));
  expect(own).toEqual([
    "framewright-autoscaling/deletion-costs → framewright-api/api:9090",
    "framewright-autoscaling/keda-adapter → framewright-autoscaling/keda-operator:9666",
    "framewright-autoscaling/keda-operator → framewright-api/api:9090",
    "framewright-autoscaling/keda-operator → framewright-data/rabbitmq:15672",
  ]);
  const { out, in: into } = halvesOf(resources);
  expect(out).toEqual(into);
  expect(inputsOf(resources, "autoscaling-served")).toMatchObject({
    spec: {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "keda-adapter" } },
      ingress: [{ ports: [{ protocol: "TCP", port: 6443 }] }],
    },
  });
  for (const app of ["keda-operator", "keda-adapter"]) {
    expect(inputsOf(resources, `autoscaling-${app}-to-kubernetes-egress`)).toMatchObject({
      spec: {
        egress: [
          {
            to: [{ ipBlock: { cidr: "10.219.0.1/32" } }],
            ports: [{ protocol: "TCP", port: 6443 }],
          },
        ],
      },
    });
  }
});

test("KEDA reads no Secret of what it scales, and no role has a wildcard", () => {
  const roles = resources.filter(({ type }) => /:(Cluster)?Role$/.test(type));
  expect(roles.length).toBeGreaterThan(4);
  const rules = roles.flatMap(({ name, inputs }) =>
    (inputs["rules"] as { resources: string[]; verbs: string[] }[]).map((rule) => ({
      name,
      ...rule,
    })),
  );
  expect(rules.filter(({ resources: of, verbs }) => [...of, ...verbs].includes("*"))).toEqual([]);
  const secrets = rules.filter(({ resources: of }) => of.includes("secrets"));
  expect([...new Set(secrets.map(({ name }) => name))]).toEqual([
    "autoscaling-operator-own-framewright-autoscaling-role",
  ]);
});

describe("images", () => {
  const image = (name: string) => `registry.test/${name}:1`;
  const on = (pullsUpstream: boolean): Pick<Cluster, "image" | "pullsUpstream"> => ({
    image,
    pullsUpstream,
  });

  test.each([
    [true, "upstream", `ghcr.io/kedacore/keda:${kedaVersion}`],
    [true, "own", "registry.test/keda-operator:1"],
    [false, "upstream", "registry.test/keda-operator:1"],
    [false, "own", "registry.test/keda-operator:1"],
  ] as const)("nodes that pull upstream's: %s, asked for: %s", (pulls, images, expected) => {
    expect(kedaImage(on(pulls), { images }, "keda-operator")).toBe(expected);
  });

  test("definitions, upstream's images and the module that ours are built from are of one version", () => {
    const folder = join(import.meta.dirname, "../../../tools/go/keda");
    const { module, definitions } = kedaDefinitions();
    const [, version] = module.split(" ");
    expect([version, `v${builtVersion}`]).toEqual([`v${kedaVersion}`, `v${kedaVersion}`]);
    expect(readFileSync(join(folder, "go.sum"), "utf8").split("\n")).toContain(module);
    expect(readFileSync(join(folder, "go.mod"), "utf8")).toContain(
      `github.com/kedacore/keda/v2 v${kedaVersion}`,
    );
    expect(definitions.map(({ metadata }) => metadata.name)).toEqual([
      "cloudeventsources.eventing.keda.sh",
      "clustercloudeventsources.eventing.keda.sh",
      "clustertriggerauthentications.keda.sh",
      "scaledjobs.keda.sh",
      "scaledobjects.keda.sh",
      "triggerauthentications.keda.sh",
    ]);
  });
});
