import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { tierSize } from "../../../config/tiers.ts";
import { namespaces } from "../../../infra/cluster.ts";
import { endpoint } from "../../../services/kit/app.ts";
import { classesOf, workerFlavours } from "../../../services/workers/flavours.ts";
import { workerResources } from "../../../services/workers/resources.ts";
import { noAllowAll } from "../../../policy/rules/access/network-edges.ts";
import { WorkerFamily } from "../../../services/workers/worker-family.ts";
import { evaluateStack } from "../../policy/kit/evaluate.ts";
import { profile } from "../../policy/kit/goldens.ts";
import { backends } from "../../support/backends.ts";
import { edgesOf } from "../../support/edges.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

interface Container {
  readonly env: readonly { readonly name: string }[];
  readonly volumeMounts: readonly { readonly name: string }[];
}

/** The resources of the CPU workers with this config beside the test's own. */
async function workersWith(own: object = {}): Promise<Registration[]> {
  const config = testConfig({ workers: { cpu: { replicas: { min: 2, max: 2 } } }, ...own });
  return registeredOn(config, (cluster, on) => {
    const { broker, mediaStore } = backends();
    const [flavour] = workerFlavours(config.workers, cluster);
    if (flavour === undefined) throw new Error("stack local has CPU workers");
    const api = { name: "api", namespace: namespaces.api, component: "api" };
    return new WorkerFamily(
      "workers-cpu",
      {
        cluster,
        logLevel: config.logLevel,
        limits: config.limits,
        urlInput: config.urlInput,
        inputBuckets: config.api.inputBuckets,
        flavour,
        api: {
          endpoint: endpoint(api, 9002, "worker-api"),
          adminSecret: pulumi.secret("admin-secret"),
        },
        broker,
        mediaStore,
      },
      on,
    );
  });
}

let resources: Registration[];
beforeAll(async () => {
  resources = await workersWith();
});

test("CPU workers with two replicas are exactly these resources", () => {
  expect(leaves(resources)).toEqual([
    "Deployment workers-cpu-pods-deployment",
    "NetworkPolicy workers-cpu-to-api-egress",
    "NetworkPolicy workers-cpu-to-api-ingress",
    "NetworkPolicy workers-cpu-to-broker-egress",
    "NetworkPolicy workers-cpu-to-broker-ingress",
    "NetworkPolicy workers-cpu-to-object-store-egress",
    "NetworkPolicy workers-cpu-to-object-store-ingress",
    "PodDisruptionBudget workers-cpu-pods-budget",
    "Secret workers-cpu-pods-secrets",
    "ServiceAccount workers-cpu-pods-account",
  ]);
});

test("a worker talks to the worker API, the broker and the object store, and to nobody else", () => {
  expect(edgesOf(resources).pods.map(({ to, port }) => `${to}:${port}`)).toEqual([
    "framewright-api/api:9002",
    "framewright-data/object-store:7070",
    "framewright-data/rabbitmq:5672",
  ]);
});

test("a worker that fetches URLs reaches the internet on their ports, and private networks as config has them", async () => {
  const ranges = ["10.200.0.0/16"];
  const all = await workersWith({ urlInput: { enabled: true, ports: [443, 8443], ranges } });
  const opened = leaves(all).filter((leaf) => !leaves(resources).includes(leaf));
  expect(opened).toEqual([
    "NetworkPolicy workers-cpu-to-sources-443-egress",
    "NetworkPolicy workers-cpu-to-sources-8443-egress",
  ]);
  expect(inputsOf(all, "workers-cpu-to-sources-8443-egress")).toMatchObject({
    metadata: { namespace: "framewright-workers" },
    spec: {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "worker-cpu" } },
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              ipBlock: {
                cidr: "0.0.0.0/0",
                except: [
                  "10.0.0.0/8",
                  "100.64.0.0/10",
                  "127.0.0.0/8",
                  "169.254.0.0/16",
                  "172.16.0.0/12",
                  "192.168.0.0/16",
                ],
              },
            },
            { ipBlock: { cidr: "10.200.0.0/16" } },
          ],
          ports: [{ protocol: "TCP", port: 8443 }],
        },
      ],
    },
  });
  const pods = JSON.stringify(inputsOf(all, "workers-cpu-pods-deployment"));
  expect(pods).toContain('{"name":"URL_INPUTS","value":"on"}');
  expect(pods).toContain('{"name":"URL_INPUT_PORTS","value":"443,8443"}');
  expect(pods).toContain('{"name":"URL_INPUT_RANGES","value":"10.200.0.0/16"}');
  expect(pods).toContain('{"name":"URL_INPUT_MAX_BYTES","value":"5368709120"}');
});

test.each(["baseline", "strict"] as const)(
  "the policy pack's profile %s lets workers out to URLs on the usual ports, and on no other",
  async (name) => {
    const ports = [80, 443, 8443];
    const all = await workersWith({ urlInput: { enabled: true, ports } });
    const pods = all.map(({ type, name: resource, inputs }) => ({
      type,
      name: resource,
      props: inputs,
    }));
    const settings = profile(name)["no-allow-all"];
    expect(evaluateStack(noAllowAll, pods, { config: settings })).toEqual([
      expect.stringContaining("opens port 8443 to 0.0.0.0/0"),
    ]);
  },
);

test("the probes have the times of seed 000, but for how soon a worker is called ready", () => {
  expect(inputsOf(resources, "workers-cpu-pods-deployment")).toMatchObject({
    spec: {
      template: {
        spec: {
          containers: [
            {
              livenessProbe: {
                httpGet: { path: "/health", port: "health" },
                initialDelaySeconds: 10,
                periodSeconds: 30,
                failureThreshold: 3,
              },
              readinessProbe: {
                httpGet: { path: "/ready", port: "health" },
                periodSeconds: 2,
                failureThreshold: 15,
              },
            },
          ],
        },
      },
    },
  });
});

test("a worker finds its scratch space, its name and 15 s more than the drain to close", () => {
  const { spec } = inputsOf(resources, "workers-cpu-pods-deployment") as {
    spec: { template: { spec: Record<string, unknown> } };
  };
  const pod = spec.template.spec;
  expect(pod.terminationGracePeriodSeconds).toBe(135);
  expect(pod.volumes).toContainEqual({ name: "scratch-work", emptyDir: { sizeLimit: "10Gi" } });
  expect(JSON.stringify(pod.containers)).toContain(
    '{"name":"WORKER_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}',
  );
});

test.each([
  [["720p"], 1, "1", "2Gi"],
  [["1080p", "720p"], 1, "2", "4Gi"],
  [["720p", "2160p", "1080p"], 1, "4", "8Gi"],
  [["1080p"], 3, "6", "12Gi"],
] as const)("tiers %j with %d slots take %s cores and %s", (tiers, slots, cpu, memory) => {
  expect(tierSize(tiers, slots)).toEqual({ cpu, memory });
});

test("no tiers at all are refused", () => {
  expect(() => tierSize([], 1)).toThrow("at least one tier");
});

test("requests below the tier keep the tier's memory as the limit, and CPU only where asked", () => {
  const requests = { cpu: "200m", memory: "1Gi" };
  expect(workerResources({ tiers: ["1080p"], slots: 1, requests, limitCpu: false })).toEqual({
    requests,
    limits: { cpu: "none", memory: "4Gi" },
  });
  expect(workerResources({ tiers: ["1080p"], slots: 1, limitCpu: true })).toEqual({
    requests: { cpu: "1", memory: "2Gi" },
    limits: { cpu: "2", memory: "4Gi" },
  });
});

test.each([
  [["2160p"], 1, { cpu: "2", memory: "4Gi" }],
  [["1080p"], 3, { cpu: "3", memory: "6Gi" }],
  [["720p"], 1, { cpu: "500m", memory: "1Gi" }],
] as const)(
  "for tiers %j with %d slots %j are set aside: half of the tier",
  (tiers, slots, requests) => {
    expect(workerResources({ tiers, slots, limitCpu: true })).toMatchObject({ requests });
  },
);

test("classes are named as the contracts name them", () => {
  expect(classesOf({ accel: "cpu", tiers: ["720p", "2160p"] })).toEqual(["cpu.720p", "cpu.2160p"]);
});

test("the container that decodes has no admin secret, only a ticket that was made before it started", () => {
  const { spec } = inputsOf(resources, "workers-cpu-pods-deployment") as unknown as {
    spec: { template: { spec: Record<"initContainers" | "containers", Container[]> } };
  };
  const { initContainers, containers } = spec.template.spec;
  const names = ({ env }: Container) => env.map(({ name }) => name);
  expect(containers.flatMap(names)).not.toContain("WORKER_ADMIN_SECRET");
  expect(containers.map((one) => JSON.stringify(one)).join()).not.toContain("files");
  expect(initContainers.map(names)).toEqual([
    ["WORKER_ADMIN_SECRET", "WORKER_NAME", "WORKER_TICKET_FILE"],
  ]);
  const mounted = ({ volumeMounts }: Container) =>
    volumeMounts.filter(({ name }) => name === "handover");
  const handover = { name: "handover", mountPath: "/run/framewright" };
  expect(initContainers.flatMap(mounted)).toEqual([handover]);
  expect(containers.flatMap(mounted)).toEqual([{ ...handover, readOnly: true }]);
});
