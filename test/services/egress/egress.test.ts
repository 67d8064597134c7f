import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { loadEgressEnv, loadProxyEnv, loadTicketEnv } from "../../../egress/env.ts";
import { rules } from "../../../policy/rules.ts";
import type { Cluster } from "../../../infra/cluster.ts";
import { provisionCluster } from "../../../infra/index.ts";
import { noAllowAll } from "../../../policy/rules/access/network-edges.ts";
import { Egress } from "../../../services/egress/egress.ts";
import { LivekitServer } from "../../../services/egress/livekit.ts";
import { EgressProxy } from "../../../services/egress/proxy.ts";
import { platformGrowth } from "../../../services/index.ts";
import { endpoint, type App } from "../../../services/kit/app.ts";
import { internet } from "../../../services/kit/network/network.ts";
import { evaluateStack } from "../../policy/kit/evaluate.ts";
import { profile } from "../../policy/kit/goldens.ts";
import { backends } from "../../support/backends.ts";
import { edgesOf } from "../../support/edges.ts";
import type { Registration } from "../../support/mocks.ts";
import {
  inputsOf,
  leaves,
  registered,
  registeredOn,
  testConfig,
} from "../../support/under-mocks.ts";

const api: App = { name: "api", namespace: "framewright-api", component: "api" };

const bucket = { blocks: [internet], port: 443 };

interface Around {
  readonly isQueued?: boolean;
  readonly isOnCloud?: boolean;
}

interface Stack extends Around {
  /** The section of the config. */
  readonly egress?: object;
}

const configOf = ({ egress = {} }: Stack) => ({
  ...testConfig({ egress: { enabled: true, ...egress } }),
  // As on clouds, whose profile asks for it.
  userNamespaces: "on" as const,
});

function deploy(stack: Stack, cluster: Cluster, on: pulumi.ComponentResourceOptions): void {
  const { logLevel, egress: section } = configOf(stack);
  const { mediaStore } = backends();
  const access = {
    endpoint: endpoint(api, 9002),
    adminSecret: pulumi.secret("the admin secret"),
  };
  const figures = endpoint(api, 9090, "api-ops");
  const queue = stack.isQueued ? { figures, scaler: [], pollingSeconds: 15 } : undefined;
  const { endpoint: proxy } = new EgressProxy("egress-proxy", { cluster, logLevel, section }, on);
  const store = stack.isOnCloud ? { endpoint: bucket } : mediaStore;
  const { livekit: rooms } = section;
  const livekit = rooms.enabled
    ? new LivekitServer("livekit", { cluster, logLevel, section: rooms }, on)
    : undefined;
  const own = { mediaStore: store, queue, api: access, proxy, livekit };
  new Egress("egress", { cluster, logLevel, section, ...own }, on);
}

/** The resources of the recorders and their proxy. */
function recordersWith(egress: object = {}, around: Around = {}): Promise<Registration[]> {
  const stack = { egress, ...around };
  return registeredOn(configOf(stack), (cluster, on) => {
    deploy(stack, cluster, on);
  });
}

/** With the namespaces that they are in. */
function withNamespaces(): Promise<Registration[]> {
  const stack = { egress: { livekit: { enabled: true } } };
  return registered(() => {
    const cluster = provisionCluster(configOf(stack), platformGrowth);
    deploy(stack, cluster, { provider: cluster.provider });
  });
}

let resources: Registration[];
beforeAll(async () => {
  resources = await recordersWith();
});

test("the recorders are exactly these resources", () => {
  expect(leaves(resources)).toEqual([
    "Deployment egress-pods-deployment",
    "Deployment egress-proxy-pods-deployment",
    "HorizontalPodAutoscaler egress-pods-autoscaler",
    "HorizontalPodAutoscaler egress-proxy-pods-autoscaler",
    "NetworkPolicy egress-proxy-to-web-443-egress",
    "NetworkPolicy egress-proxy-to-web-80-egress",
    "NetworkPolicy egress-to-api-egress",
    "NetworkPolicy egress-to-api-ingress",
    "NetworkPolicy egress-to-object-store-egress",
    "NetworkPolicy egress-to-object-store-ingress",
    "NetworkPolicy egress-to-proxy-egress",
    "NetworkPolicy egress-to-proxy-ingress",
    "NetworkPolicy egress-to-streams-1935-egress",
    "NetworkPolicy egress-to-streams-554-egress",
    "NetworkPolicy egress-to-streams-8554-egress",
    "NetworkPolicy egress-to-streams-udp-8189-egress",
    "NetworkPolicy egress-to-streams-udp-8890-egress",
    "PodDisruptionBudget egress-pods-budget",
    "PodDisruptionBudget egress-proxy-pods-budget",
    "Secret egress-pods-secrets",
    "Service egress-proxy-service",
    "ServiceAccount egress-pods-account",
    "ServiceAccount egress-proxy-pods-account",
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
  const queued = await recordersWith({ slots: 10 }, { isQueued: true });
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

function podOf(all: Registration[], name = "egress"): PodSpec {
  const { spec } = inputsOf(all, `${name}-pods-deployment`) as {
    spec: { template: { spec: PodSpec } };
  };
  return spec.template.spec;
}

const proxyUrl = "http://egress-proxy.framewright-workers.svc.cluster.local:3128";

const plain = ({ env }: Container) =>
  Object.fromEntries(env.map(({ name, value }) => [name, value ?? "from the pod or a Secret"]));

test("the programs take their environments, and the recorder has no secret", () => {
  const { initContainers, containers } = podOf(resources);
  const config = loadEgressEnv(plain(containers[0]));
  expect(config).toMatchObject({
    ...{ podWorkers: 4, sourceKinds: ["rtmp", "rtsp", "srt", "hls", "whep"], healthPort: 8182 },
    policy: { ports: [554, 1935, 8554, 8890, 8189], ranges: [], proxy: proxyUrl },
  });
  expect(config.storeProxy).toBeUndefined();
  expect(containers[0].env.map(({ name }) => name)).not.toContain("WORKER_ADMIN_SECRET");
  expect(loadTicketEnv(plain(initContainers[0]))).toMatchObject({
    recorderTicketFile: config.recorderTicketFile,
  });
  expect(containers[0].resources).toEqual({
    requests: { cpu: "500m", memory: "512Mi", "ephemeral-storage": "12288Mi" },
    limits: { cpu: "2", memory: "2Gi" },
  });
});

test("the proxy takes its environment, and reaches the internet by http and https alone", async () => {
  const [container] = podOf(resources, "egress-proxy").containers;
  expect(loadProxyEnv(plain(container))).toMatchObject({
    ...{ proxyPort: 3128, healthPort: 8184, drainSeconds: 30 },
    policy: { ports: [443, 80], ranges: [] },
  });
  expect(container.env.some(({ valueFrom }) => valueFrom !== undefined)).toBe(false);
  expect(podOf(resources, "egress-proxy").terminationGracePeriodSeconds).toBeGreaterThan(35);
  const wider = await recordersWith({ ranges: ["10.200.0.0/24"] });
  expect(loadProxyEnv(plain(podOf(wider, "egress-proxy").containers[0])).policy.ranges).toEqual([
    "10.200.0.0/24",
  ]);
});

test("a bucket of the cloud is reached by the proxy, as everything that is outside", async () => {
  const all = await recordersWith({}, { isOnCloud: true });
  expect(loadEgressEnv(plain(podOf(all).containers[0])).storeProxy).toBe(proxyUrl);
  const open = all.flatMap(({ type, name, inputs }) =>
    type.endsWith(":NetworkPolicy") && JSON.stringify(inputs).includes('"port":443') ? [name] : [],
  );
  expect(open).toEqual(["egress-proxy-to-web-443-egress"]);
});

test("a pod has the time to hand its recordings over", () => {
  expect(podOf(resources).terminationGracePeriodSeconds).toBeGreaterThan(30);
});

test("the recorders reach the API, the store, and streams outside; nothing reaches them", () => {
  const { pods, clients } = edgesOf(resources);
  expect(pods.map(({ from, to, port }) => [from, to, port])).toEqual([
    ["framewright-workers/egress", "framewright-api/api", 9002],
    ["framewright-workers/egress", "framewright-data/object-store", 7070],
    ["framewright-workers/egress", "framewright-workers/egress-proxy", 3128],
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

/** What a Secret is made from is seen by the real engine alone; images of tests have made-up names. */
const ofOthers = ["literal-secrets", "pinned-image", "allowed-registries"];

test.each(["baseline", "strict"] as const)(
  "all of it keeps every rule of the policy pack, in the profile %s",
  async (name) => {
    const settings = profile(name);
    const all = await withNamespaces();
    const plainOnes = all.map(({ type, name: resource, inputs }) => ({
      type,
      name: resource,
      props: inputs,
    }));
    const problems = rules
      .filter((rule) => !ofOthers.includes(rule.name))
      .filter((rule) => settings[rule.name]?.["enforcementLevel"] !== "disabled")
      .flatMap((rule) => evaluateStack(rule, plainOnes, { config: settings[rule.name] ?? {} }))
      .filter((problem) => /\/(?:egress|livekit)/.test(problem))
      // Rooms on a node port are for one machine, where strict is not used.
      .filter(
        (problem) =>
          name === "baseline" || !problem.includes("Service framewright-workers/livekit"),
      );
    expect(problems).toEqual([]);
  },
);

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
