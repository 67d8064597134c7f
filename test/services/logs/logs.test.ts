import { beforeAll, expect, test } from "vitest";
import { agentArguments } from "../../../services/logs/agent.ts";
import { logsGrowth } from "../../../services/logs/growth.ts";
import { storeArguments } from "../../../services/logs/victoria-logs.ts";
import { edgesOf, halvesOf } from "../../support/edges.ts";
import type { Registration } from "../../support/mocks.ts";
import { leaves, platformOn, testConfig } from "../../support/under-mocks.ts";

async function deployed(logs: Record<string, unknown>): Promise<Registration[]> {
  const config = testConfig({ logs });
  return platformOn(config);
}

const ofLogs = (resources: readonly Registration[]): string[] =>
  leaves(resources).filter((name) => /(^| )logs-/.test(name));

let resources: Registration[];
beforeAll(async () => {
  resources = await deployed({ enabled: true, retentionDays: 30 });
});

test("off, nothing of it is there", async () => {
  expect(ofLogs(await deployed({ enabled: false }))).toEqual([]);
});

test("a store with a volume, and an agent on each node", () => {
  expect(ofLogs(resources)).toEqual([
    "ClusterRole logs-agent-role",
    "ClusterRoleBinding logs-agent-binding",
    "DaemonSet logs-agent-set",
    "NetworkPolicy logs-agent-to-kubernetes-egress",
    "NetworkPolicy logs-agent-to-victoria-logs-egress",
    "NetworkPolicy logs-agent-to-victoria-logs-ingress",
    "Service logs-store-server-nodes",
    "Service logs-store-server-service",
    "ServiceAccount logs-agent-account",
    "ServiceAccount logs-store-server-account",
    "StatefulSet logs-store-server-set",
  ]);
});

test("the agent reaches the store alone, and nobody else does", () => {
  const own = edgesOf(resources).pods.filter(({ from, to }) => /vlagent|victoria/.test(from + to));
  expect(own.map(({ from, to, port }) => `${from} → ${to} ${port}`)).toEqual([
    "framewright-node-agents/vlagent → framewright-ops/victoria-logs 9428",
  ]);
  const { out, in: into } = halvesOf(resources);
  expect(out).toEqual(into);
});

test("the agent reads two folders of its node, as a user of its own without rights", () => {
  const set = resources.find(({ name }) => name === "logs-agent-set");
  expect(set?.inputs).toMatchObject({
    spec: {
      template: {
        spec: {
          automountServiceAccountToken: true,
          securityContext: { runAsNonRoot: true, runAsUser: 10001, supplementalGroups: [0] },
          containers: [
            {
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: expect.arrayContaining([
                expect.objectContaining({ mountPath: "/var/log/containers", readOnly: true }),
                expect.objectContaining({ mountPath: "/var/log/pods", readOnly: true }),
              ]) as unknown,
            },
          ],
          tolerations: expect.arrayContaining([
            { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
          ]) as unknown,
        },
      },
    },
  });
  const roles = resources.filter(({ type }) => type.endsWith(":ClusterRole"));
  expect(roles.map(({ inputs }) => inputs["rules"])).toEqual([
    [
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["nodes"], verbs: ["get"] },
      { apiGroups: [""], resources: ["namespaces"], verbs: ["list"] },
    ],
  ]);
});

test("the agent leaves out pods that are not ours, and its own", () => {
  const filter = agentArguments().find((text) => text.includes("excludeFilter")) ?? "";
  expect(filter).toContain('!kubernetes.pod_namespace:in("framewright-data","framewright-api"');
  expect(filter).not.toContain("node-agents");
  expect(filter).not.toContain("kube-system");
});

test("the store keeps what config says, and never fills its volume", () => {
  expect(storeArguments({ retentionDays: 30, storage: "10Gi" })).toEqual([
    "-storageDataPath=/data",
    "-httpListenAddr=:9428",
    "-retentionPeriod=30d",
    "-retention.maxDiskSpaceUsageBytes=9126805504",
    "-loggerFormat=json",
    "-futureRetention=1h",
  ]);
});

test("the namespace of agents exists only with them", () => {
  expect(logsGrowth({ enabled: false, kind: "own" })).toEqual([]);
  expect(logsGrowth({ enabled: true, kind: "cloud" })).toEqual([]);
  expect(logsGrowth({ enabled: true, kind: "own" }).map(({ role }) => role)).toEqual([
    "ops",
    "nodeAgents",
  ]);
});
