import { expect, test } from "vitest";
import * as quotas from "../../../config/rules/quotas.ts";
import {
  configWith,
  eksWith,
  expectProblems,
  facts,
  gkeWith,
  pool,
  untested,
  type Broken,
} from "../support.ts";

const broken: Broken[] = [
  [
    "more slices for a service than an EKS node of eight A100s and the L4s have",
    quotas.modelQuotasFitThePools,
    eksWith((config) => {
      config.environment = "development";
      config.models.stt.gpuSlices = 49;
    }),
    [
      "models.stt.gpuSlices must be at most 48, the slices of all pools (it is 49; a100 has 32 slices on 8 GPUs, l4-spot has 16 slices on 8 GPUs)",
    ],
  ],
  [
    "more slices for a service than the GKE nodes have",
    quotas.modelQuotasFitThePools,
    gkeWith((config) => {
      config.environment = "development";
      config.models.tts.gpuSlices = 33;
    }),
    [
      "models.tts.gpuSlices must be at most 32, the slices of all pools (it is 33; a100 has 16 slices on 4 GPUs, l4-spot has 16 slices on 8 GPUs)",
    ],
  ],
  [
    "more NVENC workers at least than the pools of their GPU have slices",
    quotas.nvencWorkersFitThePools,
    gkeWith((config) => {
      config.gpu.pools = [pool({ maxNodes: 1, slicesPerGpu: 2 }), pool({ name: "a", gpu: "a100" })];
      config.workers.nvenc.replicas.min = 3;
    }),
    [
      "workers.nvenc.replicas.min must be at most 2, the slices of the pools of t4 (it is 3; t4 has 2 slices on 1 GPUs)",
    ],
  ],
  [
    "more NVENC workers at most than the pools of their GPU have slices",
    quotas.nvencBoundFitsThePools,
    gkeWith((config) => (config.gpu.pools = [pool({})])),
    [
      "workers.nvenc.replicas.max must be at most 4, the slices of the pools of t4 (it is 5; t4 has 4 slices on 4 GPUs)",
    ],
  ],
  [
    "more promised together than there is",
    quotas.promisesFitThePools,
    gkeWith((config) => (config.gpu.pools = [pool({ slicesPerGpu: 4 })])),
    [
      "models and the NVENC workers together may ask for 17 GPU slices, and the pools can have 16 (t4 has 16 slices on 4 GPUs)",
    ],
  ],
];

test.each(broken)("%s is reported, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(quotas, broken)).toEqual([]);
});

test("the seed's twelve slices fit the pools by default on both clouds, and where there are none they are nobody's", () => {
  for (const config of [
    gkeWith(),
    eksWith(),
    configWith(),
    gkeWith((change) => (change.gpu.pools = [])),
  ]) {
    expect(Object.values(quotas).flatMap((rule) => rule(config, facts))).toEqual([]);
  }
});
