import { expect, test } from "vitest";
import {
  databaseHoldsThePools,
  leaseOutlastsHeartbeats,
  nodePortsDiffer,
  ownClusterIsComplete,
  requestsFitLimits,
  rules,
  workDirectoryHoldsAJob,
  workerRequestsFitTier,
} from "../../config/rules.ts";
import type { ConfigValues } from "../../config/schema.ts";
import { configWith } from "./support.ts";

test("the defaults break no rule", () => {
  expect(rules.flatMap((rule) => rule(configWith()))).toEqual([]);
});

const broken: [string, (typeof rules)[number], (config: ConfigValues) => void, string[]][] = [
  [
    "a memory request above its limit",
    requestsFitLimits,
    (config) => (config.redis.resources.requests.memory = "1Gi"),
    ["redis.resources.requests.memory must be at most the limit (request is 1Gi, limit is 512Mi)"],
  ],
  [
    "a CPU request above its limit",
    requestsFitLimits,
    (config) => (config.api.resources.requests.cpu = "2500m"),
    ["api.resources.requests.cpu must be at most the limit (request is 2500m, limit is 2)"],
  ],
  [
    "a worker request above its tier",
    workerRequestsFitTier,
    (config) => {
      config.workers.cpu.tiers = ["720p"];
      config.workers.cpu.requests = { cpu: "2", memory: "4Gi" };
    },
    [
      "workers.cpu.requests.cpu must be at most what the tiers take (request is 2, 720p with 1 slots take 1)",
      "workers.cpu.requests.memory must be at most what the tiers take (request is 4Gi, 720p with 1 slots take 2Gi)",
    ],
  ],
  [
    "a lease that two lost heartbeats would end",
    leaseOutlastsHeartbeats,
    (config) => (config.api.heartbeatSeconds = 11),
    ["api.leaseSeconds must be at least three heartbeats (it is 30, a heartbeat comes every 11 s)"],
  ],
  [
    "more pooled connections than the database accepts",
    databaseHoldsThePools,
    (config) => (config.api.replicas = 10),
    [
      "postgres.maxConnections must be at least 210 (it is 200, and 10 API pods with 10 connections each are there twice in a rollout)",
    ],
  ],
  [
    "one node port for two services",
    nodePortsDiffer,
    (config) => (config.local.ports.objectStore = 30080),
    ["local.ports.objectStore must differ from local.ports.api (both are 30080)"],
  ],
  [
    "an own cluster without its images and volumes",
    ownClusterIsComplete,
    (config) => {
      config.local.kubeconfig = "~/.kube/config";
      config.local.context = "kind-lab";
    },
    ["registry", "imageTag", "storageClass"].map(
      (key) =>
        `local.${key} is missing, and local.kubeconfig names your own cluster (~/.kube/config)`,
    ),
  ],
  [
    "an image registry without a cluster of one's own",
    ownClusterIsComplete,
    (config) => (config.local.registry = "localhost:5001"),
    ["local.registry is set (localhost:5001), but local.kubeconfig is not"],
  ],
  [
    "a work directory that holds no job",
    workDirectoryHoldsAJob,
    (config) => (config.workers.cpu.workDirectory = "512Mi"),
    ["workers.cpu.workDirectory must be at least 1Gi (it is 512Mi)"],
  ],
];

test.each(broken)("%s is refused, with the value", (_, rule, change, expected) => {
  const problems = rule(configWith(change));
  expect(problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual(expected);
  expect(problems.every(({ remedy }) => remedy.length > 0)).toBe(true);
});

test("a limit of none accepts any CPU request", () => {
  const config = configWith((change) => {
    change.api.resources = {
      requests: { cpu: "8", memory: "1Gi" },
      limits: { cpu: "none", memory: "2Gi" },
    };
  });
  expect(requestsFitLimits(config)).toEqual([]);
});

test("every rule is in the list that load runs", () => {
  expect(new Set(rules)).toEqual(new Set(broken.map(([, rule]) => rule)));
});
