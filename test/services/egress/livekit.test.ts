import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { loadEgressEnv } from "../../../egress/env.ts";
import { Egress } from "../../../services/egress/egress.ts";
import {
  livekitConfig,
  LivekitServer,
  livekitVersion,
  type LivekitServerArgs,
} from "../../../services/egress/livekit.ts";
import { endpoint, type App } from "../../../services/kit/app.ts";
import { internet } from "../../../services/kit/network/network.ts";
import { backends } from "../../support/backends.ts";
import { edgesOf } from "../../support/edges.ts";
import { maskSecrets, secretMark, type Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

const app = (name: string): App => ({ name, namespace: "framewright-api", component: "test" });
const config = testConfig({ egress: { enabled: true, livekit: { enabled: true } } });

let resources: Registration[];
beforeAll(async () => {
  resources = await registeredOn(config, (cluster, on) => {
    const { logLevel, egress: section } = config;
    const args = { cluster, logLevel, section: section.livekit };
    const livekit = new LivekitServer("livekit", args, on);
    const { mediaStore } = backends();
    const api = { endpoint: endpoint(app("api"), 9002), adminSecret: pulumi.secret("admin") };
    const proxy = endpoint(app("proxy"), 3128);
    new Egress("egress", { cluster, logLevel, section, mediaStore, api, proxy, livekit }, on);
  });
});

test("the server of rooms is exactly these resources", () => {
  expect(leaves(resources).filter((leaf) => leaf.includes(" livekit"))).toEqual([
    "Deployment livekit-pods-deployment",
    "NetworkPolicy livekit-media-tcp-clients",
    "NetworkPolicy livekit-media-udp-clients",
    "NetworkPolicy livekit-signal-clients",
    "RandomPassword livekit-key",
    "RandomPassword livekit-secret",
    "Secret livekit-pods-secrets",
    "Service livekit-service",
    "ServiceAccount livekit-pods-account",
  ]);
});

test("on one machine people reach it at node ports, and are told their address", () => {
  const { spec } = inputsOf(resources, "livekit-service") as {
    spec: { type: string; ports: { name: string; protocol: string; nodePort: number }[] };
  };
  expect(spec.type).toBe("NodePort");
  expect(spec.ports.map(({ name, protocol, nodePort }) => [name, protocol, nodePort])).toEqual([
    ["signal", "TCP", 30780],
    ["media-udp", "UDP", 30782],
    ["media-tcp", "TCP", 30782],
  ]);
});

interface PodSpec {
  readonly containers: readonly [
    { readonly env: readonly { name: string; value?: string }[]; readonly image: string },
  ];
}

function podOf(name: string): PodSpec {
  const { spec } = inputsOf(resources, `${name}-pods-deployment`) as {
    spec: { template: { spec: PodSpec } };
  };
  return spec.template.spec;
}

test("its key is generated, and in Secrets alone", () => {
  const { data } = inputsOf(resources, "livekit-pods-secrets");
  expect(maskSecrets(data)).toEqual({ LIVEKIT_KEYS: secretMark });
  const [{ env }] = podOf("livekit").containers;
  expect(env.map(({ name }) => name)).toEqual(["LIVEKIT_CONFIG", "LIVEKIT_KEYS"]);
});

test("a pod goes before the next one is there: two would have different rooms", () => {
  expect(inputsOf(resources, "livekit-pods-deployment")).toMatchObject({
    spec: { replicas: 1, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
  });
});

test("recorders take rooms, with its key, at its own address", () => {
  const secrets: Record<string, string> = { LIVEKIT_API_SECRET: "x".repeat(48) };
  const [{ env }] = podOf("egress").containers;
  const raw = env.map(({ name, value }) => [name, value ?? secrets[name] ?? "from a Secret"]);
  const { sourceKinds, policy } = loadEgressEnv(Object.fromEntries(raw) as Record<string, string>);
  expect(sourceKinds).toContain("livekit");
  expect(policy.livekit).toMatchObject({
    url: "ws://livekit.framewright-workers.svc.cluster.local:7880",
    mediaPort: 30782,
  });
});

test("recorders reach its signals and its media, and it reaches nobody", () => {
  const pairs = edgesOf(resources).pods.filter(({ from, to }) =>
    `${from}${to}`.includes("livekit"),
  );
  expect(pairs).toEqual([
    { from: "framewright-workers/egress", to: "framewright-workers/livekit", port: 30782 },
    { from: "framewright-workers/egress", to: "framewright-workers/livekit", port: 7880 },
  ]);
  expect(inputsOf(resources, "egress-to-livekit-media-ingress")).toMatchObject({
    spec: { ingress: [{ ports: [{ protocol: "UDP", port: 30782 }] }] },
  });
});

describe("in a cloud", () => {
  const edge: LivekitServerArgs["cluster"]["edge"] = {
    kind: "load-balancer",
    urls: { api: "https://api.test", workerApi: "https://workers.test" },
    annotations: {},
    port: 443,
    allowedCidrs: ["0.0.0.0/0"],
    clients: [internet],
  };
  const on = (mediaAddress?: string): LivekitServerArgs => ({
    cluster: {
      ...{ edge, pullsUpstream: true, userNamespaces: true },
      image: (name) => `registry.test/${name}:1`,
    },
    section: { ...config.egress.livekit, ...(mediaAddress !== undefined && { mediaAddress }) },
    logLevel: "info",
  });

  test("it names its pod's address, or the one that config has", () => {
    expect(livekitConfig(on()).rtc).toEqual({
      ...{ udp_port: 7882, tcp_port: 7882, use_external_ip: false },
    });
    expect(livekitConfig(on("203.0.113.9")).rtc).toMatchObject({ node_ip: "203.0.113.9" });
  });

  test.each([
    ["nobody outside reaches it", undefined, 0],
    ["people outside reach it where config has the address of a way in", "203.0.113.9", 3],
  ])("%s", async (_, mediaAddress, ways) => {
    const args = on(mediaAddress);
    const all = await registeredOn(config, (_cluster, opts) => {
      new LivekitServer("livekit", args, opts);
    });
    expect(leaves(all).filter((leaf) => leaf.endsWith("-clients"))).toHaveLength(ways);
    expect(inputsOf(all, "livekit-service")).toMatchObject({ spec: { type: "ClusterIP" } });
  });
});

test("upstream's image is of the version of the Go module", () => {
  const goMod = readFileSync("tools/go/livekit/go.mod", "utf8");
  expect(goMod).toContain(`github.com/livekit/livekit-server v${livekitVersion}`);
});
