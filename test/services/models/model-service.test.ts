import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../infra/cluster.ts";
import { portNameOf, presets } from "../../../services/models/presets.ts";
import { ModelService } from "../../../services/models/model-service.ts";
import { internet } from "../../../services/kit/network/network.ts";
import { edgesOf } from "../../support/edges.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

const named = "registry.example.com/speech/whisper:1.4.2";
const image = (name: string): string => `framewright.local/${name}:1`;

const a100: Cluster["pools"] = [
  {
    name: "a100",
    labels: {},
    gpu: {
      model: "a100",
      gpusPerNode: 1,
      slicesPerGpu: 4,
      minNodes: 0,
      maxNodes: 4,
      spot: false,
      videoEncode: false,
      tier: "premium",
      priceClass: { gpu: "a100", machine: "a2-highgpu-1g" } as never,
    },
  },
];

/** The resources of a service of speech to text with this section of the config, on these pools. */
function serviceWith(stt: object = {}, pools: Cluster["pools"] = []): Promise<Registration[]> {
  const config = testConfig({ modelServices: { stt: { enabled: true, image: named, ...stt } } });
  // The rules of the config know the pools of the clouds; this cluster is given those of a test.
  const section = config.modelServices.stt;
  return registeredOn(config, (_, on) => {
    new ModelService("model-stt", { service: "stt", section, cluster: { pools, image } }, on);
  });
}

interface PodSpec {
  readonly priorityClassName: string;
  readonly nodeSelector?: object;
  readonly tolerations?: readonly object[];
  readonly securityContext: object;
  readonly containers: readonly [
    {
      readonly image: string;
      readonly args: readonly string[];
      readonly env: readonly { readonly name: string; readonly value: string }[];
      readonly resources: object;
      readonly startupProbe: object;
      readonly securityContext: object;
    },
  ];
}

function podOf(resources: readonly Registration[]): PodSpec {
  const { spec } = inputsOf([...resources], "model-stt-pods-deployment") as {
    spec: { template: { spec: PodSpec } };
  };
  return spec.template.spec;
}

/** The section with a GPU, which the config's rules refuse where the stack has no pools. */
async function gpuPod(more: object = {}, pools = a100): Promise<PodSpec> {
  const config = testConfig({ modelServices: { stt: { enabled: true, image: named, ...more } } });
  const section = { ...config.modelServices.stt, gpu: "a100" as const };
  const resources = await registeredOn(config, (_, on) => {
    new ModelService("model-stt", { service: "stt", section, cluster: { pools, image } }, on);
  });
  return podOf(resources);
}

test("a service is exactly these resources, in its own namespace, and connects to nothing", async () => {
  const resources = await serviceWith();
  expect(leaves(resources)).toEqual([
    "Deployment model-stt-pods-deployment",
    "Service model-stt-service",
    "ServiceAccount model-stt-pods-account",
  ]);
  expect(inputsOf(resources, "model-stt-pods-deployment")).toMatchObject({
    metadata: { namespace: "ai-models-stt", name: "model-stt" },
  });
  expect(edgesOf(resources)).toMatchObject({ pods: [], clients: [] });
});

test("several pods get an autoscaler and a budget", async () => {
  const resources = await serviceWith({ replicas: { min: 1, max: 3 } });
  expect(leaves(resources)).toContain("HorizontalPodAutoscaler model-stt-pods-autoscaler");
  expect(leaves(resources)).toContain("PodDisruptionBudget model-stt-pods-budget");
});

test("weights may come from public addresses where config says so, and from no private one", async () => {
  expect(
    inputsOf(await serviceWith({ downloads: true }), "model-stt-to-weights-443-egress"),
  ).toMatchObject({
    metadata: { namespace: "ai-models-stt" },
    spec: {
      egress: [
        {
          to: [{ ipBlock: { cidr: "0.0.0.0/0", except: internet.except } }],
          ports: [{ protocol: "TCP", port: 443 }],
        },
      ],
    },
  });
});

describe("The pod", () => {
  test("on CPUs reserves what it may use, and gives way to everything else", async () => {
    const pod = podOf(await serviceWith({ cpu: "2", memory: "3Gi", cache: "5Gi" }));
    expect(pod.priorityClassName).toBe("batch-low");
    expect(pod.nodeSelector).toBeUndefined();
    expect(pod.containers[0].resources).toEqual({
      requests: { cpu: "2", memory: "3Gi", "ephemeral-storage": "5120Mi" },
      limits: { cpu: "2", memory: "3Gi" },
    });
  });

  test("of our own small model has the platform's image, reserves less than it may use, and is waited for", async () => {
    const reserved = { cpu: "20m", memory: "384Mi" };
    const own = { image: "", preset: "own", cpu: "2500m", memory: "1Gi", reserved, cache: "64Mi" };
    const resources = await serviceWith(own);
    const [container] = podOf(resources).containers;
    expect(container).toMatchObject({
      image: "framewright.local/model-stt:1",
      resources: {
        requests: { ...reserved, "ephemeral-storage": "64Mi" },
        limits: { cpu: "2500m", memory: "1Gi" },
      },
    });
    expect(container.env).toContainEqual({ name: "THREADS", value: "2" });
    for (const name of ["model-stt-pods-deployment", "model-stt-service"]) {
      expect(inputsOf(resources, name)).not.toHaveProperty("metadata.annotations");
    }
  });

  test("on a GPU takes one slice of it, on its nodes, with the priority of their tier", async () => {
    const pod = await gpuPod();
    expect(pod.priorityClassName).toBe("gpu-premium");
    expect(pod.nodeSelector).toEqual({ "framewright.dev/gpu": "a100" });
    expect(pod.tolerations).toContainEqual({ key: "nvidia.com/gpu", operator: "Exists" });
    expect(pod.containers[0].resources).toMatchObject({
      requests: { "nvidia.com/gpu": "1" },
      limits: { "nvidia.com/gpu": "1" },
    });
    const [pool] = a100;
    const standard = {
      ...pool,
      gpu: { ...pool?.gpu, tier: "standard" },
    } as Cluster["pools"][number];
    expect((await gpuPod({}, [standard])).priorityClassName).toBe("gpu-standard");
  });

  test("of vLLM leaves the memory of the GPU to the other slices", async () => {
    const args = ["--model", "openai/whisper-large-v3"];
    expect((await gpuPod({ preset: "vllm", args })).containers[0].args).toEqual([
      ...args,
      ...["--gpu-memory-utilization", "0.23"],
    ]);
    expect(podOf(await serviceWith({ preset: "vllm", args })).containers[0].args).toEqual(args);
  });

  test("may take as long to load as its section says, and writes only to its cache", async () => {
    const { containers, securityContext } = podOf(await serviceWith({ loadSeconds: 1800 }));
    expect(containers[0].startupProbe).toMatchObject({
      httpGet: { path: "/health", port: "http" },
      periodSeconds: 2,
      failureThreshold: 900,
    });
    expect(containers[0].securityContext).toMatchObject({ readOnlyRootFilesystem: true });
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10_001 });
    expect(containers[0].env).toContainEqual({ name: "HOME", value: "/cache" });
  });

  test.each(Object.entries(presets))(
    "of the preset %s is asked where it answers",
    async (preset, row) => {
      const resources = await serviceWith({ preset });
      expect(podOf(resources).containers[0].startupProbe).toMatchObject({
        httpGet: { path: row.health },
      });
      expect(inputsOf(resources, "model-stt-service")).toMatchObject({
        spec: { ports: [{ name: portNameOf(row), port: row.port }] },
      });
    },
  );

  test("has a port that Prometheus asks where its server has metrics, and no such port elsewhere", () => {
    const asked = Object.entries(presets).filter(([, row]) => portNameOf(row) === "metrics");
    expect(asked.map(([preset]) => preset)).toEqual(["vllm", "own"]);
  });
});
