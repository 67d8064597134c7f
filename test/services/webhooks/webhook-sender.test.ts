import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeSenderEnv } from "../../../api/env.ts";
import { noAllowAll } from "../../../policy/rules/access/network-edges.ts";
import { internet } from "../../../services/kit/network/network.ts";
import { WebhookSender } from "../../../services/webhooks/webhook-sender.ts";
import { evaluateStack } from "../../policy/kit/evaluate.ts";
import { profile } from "../../policy/kit/goldens.ts";
import { backends } from "../../support/backends.ts";
import { edgesOf } from "../../support/edges.ts";
import { maskSecrets, secretMark, type Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

/** The resources of the sender with this section of the config. */
function senderWith(webhooks: object = {}): Promise<Registration[]> {
  const config = testConfig({ webhooks });
  return registeredOn(config, (cluster, on) => {
    const key = pulumi.secret("key of the webhooks' secrets");
    const { logLevel } = config;
    const { database } = backends();
    new WebhookSender("webhooks", { cluster, database, key, logLevel, ...config.webhooks }, on);
  });
}

let resources: Registration[];
beforeAll(async () => {
  resources = await senderWith();
});

test("the sender is exactly these resources", () => {
  expect(leaves(resources)).toEqual([
    "Deployment webhooks-pods-deployment",
    "HorizontalPodAutoscaler webhooks-pods-autoscaler",
    "NetworkPolicy webhooks-to-database-egress",
    "NetworkPolicy webhooks-to-database-ingress",
    "NetworkPolicy webhooks-to-receivers-443-egress",
    "PodDisruptionBudget webhooks-pods-budget",
    "Secret webhooks-pods-secrets",
    "ServiceAccount webhooks-pods-account",
  ]);
});

test("2 to 4 pods grow and shrink as seed 003 says", () => {
  expect(inputsOf(resources, "webhooks-pods-autoscaler")).toMatchObject({
    spec: {
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [
        { resource: { name: "cpu", target: { averageUtilization: 60 } } },
        { resource: { name: "memory", target: { averageValue: "358Mi" } } },
      ],
      behavior: {
        scaleUp: {
          policies: [
            { type: "Percent", value: 100 },
            { type: "Pods", value: 1 },
          ],
        },
        scaleDown: { stabilizationWindowSeconds: 180, policies: [{ type: "Percent", value: 50 }] },
      },
    },
  });
});

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly [
    { args: string[]; env: { name: string; value?: string; valueFrom?: object }[] },
  ];
}

function podOf(all: Registration[]): PodSpec {
  const { spec } = inputsOf(all, "webhooks-pods-deployment") as {
    spec: { template: { spec: PodSpec } };
  };
  return spec.template.spec;
}

test("the program takes its environment, and has no credentials but the database's", () => {
  const [{ args, env }] = podOf(resources).containers;
  expect(args).toEqual(["api/send-webhooks.ts"]);
  const texts: Record<string, string> = {
    DATABASE_URL: "postgres://u:p@h:5432/d",
    WEBHOOK_KEY: "0123456789abcdef",
  };
  const raw = Object.fromEntries(env.map(({ name, value }) => [name, value ?? texts[name] ?? ""]));
  expect(decodeSenderEnv(raw)).toMatchObject({
    webhooks: { policy: { schemes: ["https"], ports: [443], ranges: [] } },
    databasePoolSize: 5,
    webhookTimeoutSeconds: 15,
  });
  const { data } = inputsOf(resources, "webhooks-pods-secrets");
  expect(maskSecrets(data)).toEqual({ DATABASE_URL: secretMark, WEBHOOK_KEY: secretMark });
});

test("a pod that stops has time for the requests that are under way", async () => {
  const slow = await senderWith({ timeoutSeconds: 60 });
  expect(podOf(slow).terminationGracePeriodSeconds).toBe(80);
});

describe("the way out", () => {
  test("leads to the database and to public addresses, and nothing leads in", () => {
    const { pods, clients } = edgesOf(resources);
    expect(pods.map(({ from, to, port }) => [from, to, port])).toEqual([
      ["framewright-api/webhooks", "framewright-data/postgres", 5432],
    ]);
    expect(clients).toEqual([]);
    expect(inputsOf(resources, "webhooks-to-receivers-443-egress")).toMatchObject({
      metadata: { namespace: "framewright-api" },
      spec: {
        podSelector: { matchLabels: { "app.kubernetes.io/name": "webhooks" } },
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

  test("leads to private addresses only where config has them", async () => {
    const wider = await senderWith({ ports: [443, 8443], ranges: ["10.200.0.0/24"] });
    expect(inputsOf(wider, "webhooks-to-receivers-8443-egress")).toMatchObject({
      spec: {
        egress: [{ to: [{}, { ipBlock: { cidr: "10.200.0.0/24" } }], ports: [{ port: 8443 }] }],
      },
    });
  });

  test.each(["baseline", "strict"] as const)(
    "passes the policy pack's profile %s on the usual ports, and on no other",
    async (name) => {
      const all = await senderWith({ ports: [80, 443, 8443] });
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
});
