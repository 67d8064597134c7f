import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { namespaces, type Cluster } from "../../../infra/cluster.ts";
import { endpoint } from "../../../services/kit/app.ts";
import type { MediaStore } from "../../../services/kit/backends/media-store.ts";
import { internet } from "../../../services/kit/network/network.ts";
import { workerFlavours } from "../../../services/workers/flavours.ts";
import { WorkerFamily } from "../../../services/workers/worker-family.ts";
import { loadWorkerEnv } from "../../../worker/env.ts";
import { backends } from "../../support/backends.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

const bucket: Pick<MediaStore, "endpoint"> = { endpoint: { blocks: [internet], port: 443 } };
const pools: Cluster["pools"] = [
  {
    name: "l4",
    labels: {},
    gpu: {
      model: "l4",
      gpusPerNode: 1,
      slicesPerGpu: 2,
      minNodes: 0,
      maxNodes: 8,
      spot: true,
      videoEncode: true,
      tier: "standard",
      priceClass: "1-to-4",
    },
  },
];

let resources: Registration[];
beforeAll(async () => {
  const config = testConfig({ workers: { vaapi: { replicas: { min: 1, max: 1 } } } });
  resources = await registeredOn(config, (cluster, on) => {
    const api = { name: "api", namespace: namespaces.api, component: "api" };
    for (const flavour of workerFlavours(config.workers, { pools })) {
      new WorkerFamily(
        `workers-${flavour.name}`,
        {
          cluster: { ...cluster, userNamespaces: true },
          logLevel: config.logLevel,
          limits: config.limits,
          urlInput: config.urlInput,
          inputBuckets: [],
          flavour,
          api: {
            endpoint: endpoint(api, 9002, "worker-api"),
            adminSecret: pulumi.secret("admin-secret"),
          },
          broker: backends().broker,
          mediaStore: bucket,
        },
        on,
      );
    }
  });
});

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

function environment(name: string): Record<string, string> {
  const { spec } = inputsOf(resources, name) as {
    spec: { template: { spec: { containers: [Container] } } };
  };
  const secrets: Record<string, string> = { AMQP_URL: "amqp://user:password@host:5672/" };
  return Object.fromEntries(
    spec.template.spec.containers[0].env.map(({ name: key, value }) => [
      key,
      value ?? secrets[key] ?? "text",
    ]),
  );
}

test("NVENC workers of a model are exactly these resources", () => {
  expect(leaves(resources).filter((name) => name.includes("nvenc"))).toEqual([
    "Deployment workers-nvenc-l4-pods-deployment",
    "HorizontalPodAutoscaler workers-nvenc-l4-pods-autoscaler",
    "NetworkPolicy workers-nvenc-l4-to-api-egress",
    "NetworkPolicy workers-nvenc-l4-to-api-ingress",
    "NetworkPolicy workers-nvenc-l4-to-broker-egress",
    "NetworkPolicy workers-nvenc-l4-to-broker-ingress",
    "NetworkPolicy workers-nvenc-l4-to-object-store-egress",
    "PodDisruptionBudget workers-nvenc-l4-pods-budget",
    "Secret workers-nvenc-l4-pods-secrets",
    "ServiceAccount workers-nvenc-l4-pods-account",
  ]);
});

test("flavours are distinguished by their types in the stack's list", () => {
  const types = resources.filter(({ type }) => type.startsWith("framewright:services:"));
  expect(types.map(({ type, name }) => `${type} ${name}`).toSorted()).toEqual([
    "framewright:services:CpuWorkers workers-cpu",
    "framewright:services:NvencWorkers workers-nvenc-l4",
    "framewright:services:VaapiWorkers workers-vaapi",
  ]);
});

test("an NVENC worker is placed on a slice of its GPU, with a large scratch space", () => {
  expect(inputsOf(resources, "workers-nvenc-l4-pods-deployment")).toMatchObject({
    metadata: { name: "worker-nvenc-l4", namespace: "framewright-workers" },
    spec: {
      template: {
        spec: {
          priorityClassName: "gpu-standard",
          nodeSelector: {
            "framewright.dev/gpu": "l4",
            "framewright.dev/video-encode": "true",
          },
          tolerations: [
            { key: "nvidia.com/gpu", operator: "Exists" },
            { key: "cloud.google.com/compute-class", operator: "Exists" },
          ],
          containers: [
            {
              resources: {
                requests: {
                  cpu: "1500m",
                  memory: "4Gi",
                  "ephemeral-storage": "51200Mi",
                  "nvidia.com/gpu": "1",
                },
                limits: { cpu: "8", memory: "16Gi", "nvidia.com/gpu": "1" },
              },
            },
          ],
        },
      },
    },
  });
});

describe("the worker accepts the environment of", () => {
  test.each([
    ["workers-cpu", "cpu", "cpu.720p"],
    ["workers-nvenc-l4", "nvenc", "nvenc.720p"],
    ["workers-vaapi", "vaapi", "vaapi.720p"],
  ])("%s: accel %s, classes from %s on", (family, accel, first) => {
    const config = loadWorkerEnv(environment(`${family}-pods-deployment`));
    expect(config).toMatchObject({
      workerAccel: accel,
      encoderDevice: "/dev/dri/renderD128",
    });
    expect(config.classes[0]).toBe(first);
    expect(config.classes).toHaveLength(3);
  });

  test("NVENC, and hands the driver's variables on to ffmpeg", () => {
    const config = loadWorkerEnv(environment("workers-nvenc-l4-pods-deployment"));
    expect(config.toolEnv).toMatchObject({
      NVIDIA_DRIVER_CAPABILITIES: "compute,video,utility",
      LD_LIBRARY_PATH: "/usr/local/nvidia/lib64",
    });
  });
});

test("up waits for CPU workers, not for pods whose nodes come only when asked for", () => {
  const annotations = ["workers-cpu", "workers-nvenc-l4", "workers-vaapi"].map((family) => {
    const { metadata } = inputsOf(resources, `${family}-pods-deployment`) as {
      metadata: { annotations?: Record<string, string> };
    };
    return metadata.annotations?.["pulumi.com/skipAwait"];
  });
  expect(annotations).toEqual([undefined, "true", "true"]);
});

test("workers reach a bucket on the internet, and no private network by that way", () => {
  expect(inputsOf(resources, "workers-nvenc-l4-to-object-store-egress")).toMatchObject({
    metadata: { namespace: "framewright-workers" },
    spec: {
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ ipBlock: { cidr: "0.0.0.0/0", except: internet.except } }],
          ports: [{ protocol: "TCP", port: 443 }],
        },
      ],
    },
  });
});

test("where nodes can, workers have users that are none of the node's, but for those with a device", () => {
  const own = ["cpu", "nvenc-l4", "vaapi"].map((flavour) => {
    const text = JSON.stringify(inputsOf(resources, `workers-${flavour}-pods-deployment`));
    return [flavour, text.includes('"hostUsers":false')];
  });
  expect(own).toEqual([
    ["cpu", true],
    ["nvenc-l4", false],
    ["vaapi", false],
  ]);
});

test.each([
  ["auto", false],
  ["on", true],
  ["off", false],
] as const)(
  "on a cluster of one's own userNamespaces: %s gives %s",
  async (userNamespaces, given) => {
    const config = testConfig();
    let found: boolean | undefined;
    await registeredOn({ ...config, userNamespaces }, (cluster) => {
      found = cluster.userNamespaces;
    });
    expect(found).toBe(given);
  },
);
