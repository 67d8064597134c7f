import { expect, test } from "vitest";
import * as resources from "../../../config/rules/resources.ts";
import { configWith, expectProblems, facts, untested, type Broken } from "../support.ts";

const { requestsFitLimits, workDirectoryHoldsAJob, workerRequestsFitTier } = resources;

const broken: Broken[] = [
  [
    "a memory request above its limit",
    requestsFitLimits,
    configWith((config) => (config.redis.resources.requests.memory = "1Gi")),
    ["redis.resources.requests.memory must be at most the limit (request is 1Gi, limit is 512Mi)"],
  ],
  [
    "a CPU request above its limit",
    requestsFitLimits,
    configWith((config) => (config.api.resources.requests.cpu = "2500m")),
    ["api.resources.requests.cpu must be at most the limit (request is 2500m, limit is 2)"],
  ],
  [
    "a GPU worker's request above its limit",
    requestsFitLimits,
    configWith((config) => {
      config.workers.nvenc.resources.limits.memory = "2Gi";
      config.workers.vaapi.resources.requests.cpu = "9";
    }),
    [
      "workers.nvenc.resources.requests.memory must be at most the limit (request is 4Gi, limit is 2Gi)",
      "workers.vaapi.resources.requests.cpu must be at most the limit (request is 9, limit is 8)",
    ],
  ],
  [
    "a worker request above its tier",
    workerRequestsFitTier,
    configWith((config) => {
      config.workers.cpu.tiers = ["720p"];
      config.workers.cpu.requests = { cpu: "2", memory: "4Gi" };
    }),
    [
      "workers.cpu.requests.cpu must be at most the size of the tiers (request is 2, 720p with 1 slots have 1)",
      "workers.cpu.requests.memory must be at most the size of the tiers (request is 4Gi, 720p with 1 slots have 2Gi)",
    ],
  ],
  [
    "a work directory that holds no job",
    workDirectoryHoldsAJob,
    configWith((config) => (config.workers.nvenc.workDirectory = "512Mi")),
    ["workers.nvenc.workDirectory must be at least 1Gi (it is 512Mi)"],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(resources, broken)).toEqual([]);
});

test("a limit of none accepts any CPU request", () => {
  const config = configWith((change) => {
    change.api.resources = {
      requests: { cpu: "8", memory: "1Gi" },
      limits: { cpu: "none", memory: "2Gi" },
    };
  });
  expect(requestsFitLimits(config, facts)).toEqual([]);
});

test("a request that is its limit is accepted", () => {
  const config = configWith((change) => {
    change.workers.nvenc.resources.requests = { cpu: "8", memory: "16Gi" };
    change.workers.cpu.requests = { cpu: "4", memory: "8Gi" };
  });
  expect(requestsFitLimits(config, facts)).toEqual([]);
  expect(workerRequestsFitTier(config, facts)).toEqual([]);
});
