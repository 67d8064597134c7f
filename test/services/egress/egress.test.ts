import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { loadEgressEnv, loadTicketEnv } from "../../../egress/env.ts";
import { noAllowAll } from "../../../policy/rules/access/network-edges.ts";
import { Egress } from "../../../services/egress/egress.ts";
import { endpoint, type App } from "../../../services/kit/app.ts";
import { internet } from "../../../services/kit/network.ts";
import { evaluateStack } from "../../policy/kit/evaluate.ts";
import { profile } from "../../policy/kit/goldens.ts";
import { backends } from "../../support/backends.ts";
import { edgesOf } from "../../support/edges.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

const api: App = { name: "api", namespace: "framewright-api", component: "api" };

/** The resources of the recorders with this section of the config. */
function recordersWith(egress: object = {}, isQueued = false): Promise<Registration[]> {
  const config = testConfig({ egress: { enabled: true, ...egress } });
  return registeredOn(config, (cluster, on) => {
    const { logLevel, egress: section } = config;
    const { mediaStore } = backends();
    const access = {
      endpoint: endpoint(api, 9002),
      adminSecret: pulumi.secret("the admin secret"),
    };
    const figures = endpoint(api, 9090, "api-ops");
    const queue = isQueued ? { figures, scaler: [], pollingSeconds: 15 } : undefined;
    new Egress("egress", { cluster, mediaStore, logLevel, section, queue, api: access }, on);
  });
}

let resources: Registration[];
beforeAll(async () => {
  resources = await recordersWith();
});

test("the recorders are exactly these resources", () => {
  expect(leaves(resources)).toEqual([
    "Deployment egress-pods-deployment",
    "HorizontalPodAutoscaler egress-pods-autoscaler",
    "NetworkPolicy egress-to-api-egress",
    "NetworkPolicy egress-to-api-ingress",
    "NetworkPolicy egress-to-object-store-egress",
    "NetworkPolicy egress-to-object-store-ingress",
    "NetworkPolicy egress-to-streams-1935-egress",
    "NetworkPolicy egress-to-streams-554-egress",
    "NetworkPolicy egress-to-streams-8554-egress",
    "NetworkPolicy egress-to-streams-udp-8890-egress",
    "PodDisruptionBudget egress-pods-budget",
    "Secret egress-pods-secrets",
    "ServiceAccount egress-pods-account",
  ]);
});

test("3 to 10 pods grow and shrink as seed 003 says", () => {
  expect(inputsOf(resources, "egress-pods-autoscaler")).toMatchObject({
    spec: {
      minReplicas: 3,
      maxReplicas: 10,
      metrics: [
        { resource: { name: "cpu", target: { averageUtilization: 70 } } },
        { resource: { name: "memory", target: { averageValue: "1638Mi" } } },
      ],
      behavior: {
        scaleUp: {
          selectPolicy: "Min",
          policies: [
            { type: "Percent", value: 50 },
            { type: "Pods", value: 2 },
          ],
        },
        scaleDown: {
          stabilizationWindowSeconds: 300,
          selectPolicy: "Min",
          policies: [
            { type: "Percent", value: 25 },
            { type: "Pods", value: 1 },
          ],
        },
      },
    },
  });
});

test("with KEDA pods are added above seven of ten slots", async () => {
  const queued = await recordersWith({ slots: 10 }, true);
  const { spec } = inputsOf(queued, "egress-pods-scaled-object") as {
    spec: { triggers: object[] };
  };
  expect(spec.triggers[0]).toMatchObject({
    type: "metrics-api",
    metadata: {
      url: "http://api-ops.framewright-api.svc.cluster.local:9090/scaling/egress",
      valueLocation: "slots",
      targetValue: "7",
    },
  });
});

interface Container {
  readonly env: readonly { name: string; value?: string; valueFrom?: object }[];
  readonly resources: object;
}
interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly initContainers: readonly [Container];
  readonly containers: readonly [Container];
}

function podOf(all: Registration[]): PodSpec {
  const { spec } = inputsOf(all, "egress-pods-deployment") as {
    spec: { template: { spec: PodSpec } };
  };
  return spec.template.spec;
}

const plain = ({ env }: Container) =>
  Object.fromEntries(env.map(({ name, value }) => [name, value ?? "from the pod or a Secret"]));

test("the programs take their environments, and the recorder has no secret", () => {
  const { initContainers, containers } = podOf(resources);
  const config = loadEgressEnv(plain(containers[0]));
  expect(config).toMatchObject({
    ...{ podWorkers: 4, sourceKinds: ["rtmp", "rtsp", "srt"], healthPort: 8182 },
    policy: { ports: [554, 1935, 8554, 8890], ranges: [] },
  });
  expect(containers[0].env.map(({ name }) => name)).not.toContain("WORKER_ADMIN_SECRET");
  expect(loadTicketEnv(plain(initContainers[0]))).toMatchObject({
    recorderTicketFile: config.recorderTicketFile,
  });
  expect(containers[0].resources).toEqual({
    requests: { cpu: "500m", memory: "512Mi", "ephemeral-storage": "12288Mi" },
    limits: { cpu: "2", memory: "2Gi" },
  });
});

test("a pod has the time to hand its recordings over", () => {
  expect(podOf(resources).terminationGracePeriodSeconds).toBeGreaterThan(30);
});

test("the recorders reach the API, the store, and streams outside; nothing reaches them", () => {
  const { pods, clients } = edgesOf(resources);
  expect(pods.map(({ from, to, port }) => [from, to, port])).toEqual([
    ["framewright-workers/egress", "framewright-api/api", 9002],
    ["framewright-workers/egress", "framewright-data/object-store", 7070],
  ]);
  expect(clients).toEqual([]);
  expect(inputsOf(resources, "egress-to-streams-udp-8890-egress")).toMatchObject({
    spec: {
      egress: [
        {
          to: [{ ipBlock: { cidr: "0.0.0.0/0", except: internet.except } }],
          ports: [{ protocol: "UDP", port: 8890 }],
        },
      ],
    },
  });
});

test.each(["baseline", "strict"] as const)(
  "the profile %s of the policy pack lets them out on the ports of streams, and on no other",
  async (name) => {
    const all = await recordersWith({ tcpPorts: [554, 1935, 8554, 5432] });
    const pods = all.map(({ type, name: resource, inputs }) => ({
      type,
      name: resource,
      props: inputs,
    }));
    const settings = profile(name)["no-allow-all"];
    expect(evaluateStack(noAllowAll, pods, { config: settings })).toEqual([
      expect.stringContaining("opens port 5432 to 0.0.0.0/0"),
    ]);
  },
);
