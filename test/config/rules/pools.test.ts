import { expect, test } from "vitest";
import * as pools from "../../../config/rules/pools.ts";
import {
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
    "one name for two pools",
    pools.poolNamesDiffer,
    gkeWith((config) => (config.gpu.pools = [pool({}), pool({}), pool({ name: "system" })])),
    [
      'gpu.pools[1].name must differ from gpu.pools[0].name (both are "t4")',
      'gpu.pools[2].name must not be "system"',
    ],
  ],
  [
    "one priority for two pools",
    pools.poolPrioritiesDiffer,
    gkeWith((config) => (config.gpu.pools = [pool({ name: "a" }), pool({ name: "b" })])),
    ["gpu.pools[1].priority must differ from gpu.pools[0].priority (both are 10)"],
  ],
  [
    "a GPU that the cloud does not have",
    pools.poolMachinesExist,
    gkeWith((config) => (config.gpu.pools = [pool({ gpu: "a10g" })])),
    ['gpu.pools[0].gpu is not offered on gke (it is "a10g")'],
  ],
  [
    "a GPU that the cloud has given up, by its pool",
    pools.poolMachinesExist,
    eksWith((config) => (config.gpu.pools = [pool({ gpu: "v100", machine: "p3.2xlarge" })])),
    [
      'gpu.pools[0].gpu is not offered on eks (it is "v100"): EC2 retired P3 on 2025-12-20 and describes it no more',
    ],
  ],
  [
    "a GPU that the cloud has given up, as that of the default pools",
    pools.poolMachinesExist,
    eksWith((config) => (config.gpu.standard = "v100")),
    [
      'gpu.standard is not offered on eks (it is "v100"): EC2 retired P3 on 2025-12-20 and describes it no more',
    ],
  ],
  [
    "a GPU that will not stay",
    pools.gpusDoNotEnd,
    gkeWith((config) => (config.gpu.standard = "v100")),
    [
      'gpu.standard will not stay on gke (it is "v100"): R580 is the last driver for Volta, and NVIDIA ends it in June 2028',
    ],
  ],
  [
    "a machine that does not carry the GPU",
    pools.poolMachinesExist,
    eksWith((config) => (config.gpu.pools = [pool({ machine: "g6.2xlarge" })])),
    ['gpu.pools[0].machine must be a machine type with t4 on eks (it is "g6.2xlarge")'],
  ],
  [
    "fewer nodes at most than at least",
    pools.poolBoundsAreInOrder,
    eksWith((config) => {
      config.gpu.pools = [pool({ minNodes: 5 })];
      config.eks!.system.minNodes = 11;
    }),
    [
      "eks.system.maxNodes must be at least minNodes (minNodes is 11, maxNodes is 10)",
      "gpu.pools[0].maxNodes must be at least minNodes (minNodes is 5, maxNodes is 4)",
    ],
  ],
  [
    "a zone that the stack does not have",
    pools.poolZonesAreZonesOfTheStack,
    gkeWith((config) => (config.gpu.pools = [pool({ zones: ["us-central1-a", "us-central1-f"] })])),
    [
      'gpu.pools[0].zones[1] must be one of gke.zones (it is "us-central1-f", they are us-central1-a, us-central1-c)',
    ],
  ],
  [
    "a GPU in a zone that the stack does not have",
    pools.poolZonesAreZonesOfTheStack,
    eksWith((config) => (config.gpu.zones = { a100: ["use1-az2", "use1-az6"] })),
    ['gpu.zones.a100[1] must be one of eks.zones (it is "use1-az6", they are use1-az1, use1-az2)'],
  ],
  [
    "NVENC workers with A100s alone",
    pools.nvencWorkersHaveAPool,
    gkeWith((config) => (config.gpu.pools = [pool({ gpu: "a100" })])),
    [
      "workers.nvenc.replicas.max needs a pool whose GPU has an encoder (it is 5, and the pools have a100)",
    ],
  ],
  [
    "NVENC workers without any pool",
    pools.nvencWorkersHaveAPool,
    eksWith((config) => (config.gpu.pools = [])),
    [
      "workers.nvenc.replicas.max needs a pool whose GPU has an encoder (it is 5, and there are no pools)",
    ],
  ],
  [
    "a spot pool in production with nothing behind it",
    pools.spotPoolsHaveTwins,
    eksWith((config) => (config.gpu.pools = [pool({ spot: true })])),
    ['gpu.pools[0] is a spot pool without an on-demand pool to replace it ("t4", t4, priority 10)'],
  ],
  [
    "a twin that grows before the spot pool, and one of another GPU",
    pools.spotPoolsHaveTwins,
    gkeWith(
      (config) =>
        (config.gpu.pools = [
          pool({ spot: true, priority: 20 }),
          pool({ name: "twin", priority: 30 }),
          pool({ name: "l4", gpu: "l4", priority: 10 }),
        ]),
    ),
    ['gpu.pools[0] is a spot pool without an on-demand pool to replace it ("t4", t4, priority 20)'],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(pools, broken)).toEqual([]);
});

test("a GPU that the cloud lacks is answered with those that do the same", () => {
  const onGke = gkeWith((change) => (change.gpu.pools = [pool({ gpu: "a10g" })]));
  expect(pools.poolMachinesExist(onGke, facts)[0]?.remedy).toBe("use one of t4, l4");
  const onEks = eksWith((change) => (change.gpu.standard = "v100"));
  expect(pools.poolMachinesExist(onEks, facts)[0]?.remedy).toBe("use one of t4, l4, a10g");
});

test("a GPU that will not stay is answered with its successors and the source", () => {
  const config = gkeWith((change) => (change.gpu.standard = "v100"));
  const [problem] = pools.gpusDoNotEnd(config, facts);
  expect(problem?.remedy).toContain("plan a pool of t4 or l4; https://docs.nvidia.com/");
});

test("no NVENC workers need no encoder", () => {
  const config = gkeWith((change) => {
    change.gpu.pools = [pool({ gpu: "a100" })];
    change.workers.nvenc.replicas = { min: 0, max: 0 };
  });
  expect(pools.nvencWorkersHaveAPool(config, facts)).toEqual([]);
});

test("a spot pool needs no twin in development, and one in production", () => {
  const twins = [pool({ spot: true, priority: 20 }), pool({ name: "twin" })];
  expect(
    pools.spotPoolsHaveTwins(
      gkeWith((change) => (change.gpu.pools = twins)),
      facts,
    ),
  ).toEqual([]);
  const alone = gkeWith((change) => {
    change.environment = "development";
    change.gpu.pools = [pool({ spot: true })];
  });
  expect(pools.spotPoolsHaveTwins(alone, facts)).toEqual([]);
});

test("the pools of a cloud may have the zones of its stack, and any machine of the catalogue", () => {
  const config = eksWith(
    (change) => (change.gpu.pools = [pool({ zones: ["use1-az2"], machine: "g4dn.12xlarge" })]),
  );
  expect(pools.poolZonesAreZonesOfTheStack(config, facts)).toEqual([]);
  expect(pools.poolMachinesExist(config, facts)).toEqual([]);
});
