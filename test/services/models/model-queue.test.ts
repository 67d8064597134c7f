import { beforeAll, describe, expect, test } from "vitest";
import { decodeQueueEnv } from "../../../models/env.ts";
import { modelQueuesGrowth } from "../../../services/models/growth.ts";
import { edgesOf, edgeText, halvesOf } from "../../support/edges.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, platformOn, testConfig } from "../../support/under-mocks.ts";

const image = "registry.example.com/speech/tts:1.4.2";
const queue = { atOnce: 2, requestsForPod: 8, waitSeconds: 20, waitingLimit: 500 };
/** Anew each time: reading a config fills in its defaults. */
function three(): object {
  const section = () => ({
    ...{ enabled: true, image, preset: "vllm", replicas: { min: 0, max: 3 }, queue: { ...queue } },
  });
  return { stt: section(), mt: section(), tts: section() };
}

function platformWith(enabled: boolean, modelServices = three()): Promise<Registration[]> {
  const config = testConfig({
    autoscaling: { enabled },
    modelServices,
    monitoring: { enabled: true },
  });
  return platformOn(config);
}

let resources: Registration[];
beforeAll(async () => {
  resources = await platformWith(true);
});

function envOf(all: Registration[], name: string): Record<string, string> {
  const { spec } = inputsOf(all, name) as {
    spec: {
      template: { spec: { containers: [{ env: { name: string; value?: string }[] }] } };
    };
  };
  const [{ env }] = spec.template.spec.containers;
  return Object.fromEntries(env.map((one) => [one.name, one.value ?? ""]));
}

test("without KEDA there is no queue: workers ask the service, and pods follow their load", async () => {
  const all = await platformWith(false);
  expect(leaves(all).filter((name) => name.includes("queue"))).toEqual([]);
  expect(leaves(all)).toContain("HorizontalPodAutoscaler model-tts-pods-autoscaler");
  expect(envOf(all, "workers-cpu-pods-deployment")).toMatchObject({
    TTS_URL: "http://model-tts.ai-models-tts.svc.cluster.local:8000",
  });
});

test("lips are moved by the fourth service where it is on: the API takes such dubs, and workers ask its queue", async () => {
  const [with3, with4] = [
    resources,
    await platformWith(true, {
      ...three(),
      lipSync: { enabled: true, image, preset: "custom", piecesAtOnce: 3 },
    }),
  ];
  const lips = [with3, with4].map((all) => ({
    api: envOf(all, "api-server-deployment")["LIP_SYNC"],
    worker: envOf(all, "workers-cpu-pods-deployment")["LIP_SYNC_URL"],
    atOnce: envOf(all, "workers-cpu-pods-deployment")["LIP_SYNC_AT_ONCE"],
    edges: leaves(all).filter((leaf) => leaf.includes("workers-cpu-to-lip-sync")),
  }));
  expect(lips).toEqual([
    { api: undefined, worker: undefined, atOnce: undefined, edges: [] },
    {
      api: "on",
      worker: "http://model-lip-sync-queue.framewright-workers.svc.cluster.local:8000",
      atOnce: "3",
      edges: [
        "NetworkPolicy workers-cpu-to-lip-sync-egress",
        "NetworkPolicy workers-cpu-to-lip-sync-ingress",
      ],
    },
  ]);
});

describe("With KEDA", () => {
  test("a service has a queue before its pods, beside the workers that ask it", () => {
    expect(leaves(resources.filter(({ name }) => name.startsWith("model-tts-queue")))).toEqual([
      "Deployment model-tts-queue-pods-deployment",
      "NetworkPolicy model-tts-queue-to-pods-egress",
      "NetworkPolicy model-tts-queue-to-pods-ingress",
      "Service model-tts-queue-service",
      "ServiceAccount model-tts-queue-pods-account",
    ]);
    expect(envOf(resources, "workers-cpu-pods-deployment")).toMatchObject({
      TTS_URL: "http://model-tts-queue.framewright-workers.svc.cluster.local:8000",
    });
  });

  test("the program takes its environment", () => {
    expect(decodeQueueEnv(envOf(resources, "model-tts-queue-pods-deployment"))).toMatchObject({
      service: "tts",
      podsHost: "model-tts-pods.ai-models-tts.svc.cluster.local",
      podsPort: 8000,
      requestsPerPod: 2,
      waitingLimit: 500,
    });
  });

  test("the name of the pods resolves to each that is ready", () => {
    const { spec } = inputsOf(resources, "model-tts-pod-names") as { spec: object };
    expect(spec).toMatchObject({ clusterIP: "None", ports: [{ port: 8000 }] });
    expect(spec).not.toHaveProperty("publishNotReadyAddresses");
  });

  test("what waits and for how long moves the number of pods, from none at the pace of models", () => {
    const url = "http://model-tts-queue.framewright-workers.svc.cluster.local:9090/scaling";
    expect(inputsOf(resources, "model-tts-pods-scaled-object")).toMatchObject({
      metadata: { namespace: "ai-models-tts" },
      spec: {
        scaleTargetRef: { name: "model-tts" },
        minReplicaCount: 0,
        maxReplicaCount: 3,
        cooldownPeriod: 900,
        fallback: { replicas: 1 },
        triggers: [
          {
            type: "metrics-api",
            metricType: "AverageValue",
            metadata: { url, valueLocation: "asked", targetValue: "8" },
          },
          {
            type: "metrics-api",
            metricType: "Value",
            metadata: { url, valueLocation: "waitP95Seconds", targetValue: "20" },
          },
        ],
      },
    });
    expect(leaves(resources)).not.toContain("HorizontalPodAutoscaler model-tts-pods-autoscaler");
  });

  test("KEDA may scale in the namespaces of the services that are on, and in no other tenant's", () => {
    const roles = resources.filter(({ name }) => /^autoscaling-operator-ai-.*-role$/.test(name));
    expect(roles.map(({ name }) => name).toSorted()).toEqual([
      "autoscaling-operator-ai-models-mt-role",
      "autoscaling-operator-ai-models-stt-role",
      "autoscaling-operator-ai-models-tts-role",
    ]);
    expect(envOf(resources, "autoscaling-operator-deployment")["WATCH_NAMESPACE"]).toBe(
      "framewright-workers,framewright-api,ai-models-stt,ai-models-mt,ai-models-tts",
    );
  });

  test("workers reach the queue and not the pods, KEDA and Prometheus its figures", () => {
    const ways = edgesOf(resources)
      .pods.map(edgeText)
      .filter((edge) => edge.includes("model-tts"));
    expect(ways.toSorted()).toEqual([
      "framewright-autoscaling/keda-operator → framewright-workers/model-tts-queue:9090",
      "framewright-ops/prometheus → ai-models-tts/model-tts:8000",
      "framewright-ops/prometheus → framewright-workers/model-tts-queue:9090",
      "framewright-workers/model-tts-queue → ai-models-tts/model-tts:8000",
      "framewright-workers/worker-cpu → framewright-workers/model-tts-queue:8000",
    ]);
    const { out, in: into } = halvesOf(resources);
    expect(out).toEqual(into);
  });
});

test("each queue is a pod that the quota of the workers' namespace must hold", () => {
  const { modelServices: off } = testConfig({});
  const { modelServices: on } = testConfig({ modelServices: three() });
  expect(modelQueuesGrowth(on, { enabled: true })).toEqual([{ role: "workers", pods: 3 }]);
  expect(modelQueuesGrowth(on, { enabled: false })).toEqual([]);
  expect(modelQueuesGrowth(off, { enabled: true })).toEqual([]);
});
