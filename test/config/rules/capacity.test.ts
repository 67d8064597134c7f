import { expect, test } from "vitest";
import * as capacity from "../../../config/rules/capacity.ts";
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

const {
  cpuWorkersFitThePools,
  machineSizesAreKnown,
  servicesFitTheSystemPool,
  slicesFitTheirNodes,
} = capacity;

const broken: Broken[] = [
  [
    "twenty workers of two cores on ten nodes of four",
    cpuWorkersFitThePools,
    gkeWith(({ gke }) => {
      if (gke) gke.workers = { ...gke.workers, machine: "n2-standard-4", maxNodes: 10 };
    }),
    [
      "workers.cpu.replicas.max must be at most 10, what 10 nodes of gke.workers hold (it is 20; a n2-standard-4 has 3.42 cores, 11.8 GiB of memory and 43.8 GiB of disk for pods, a worker requests 2 cores, 4 GiB of memory and 10 GiB of disk, so 1 fit on a node)",
    ],
  ],
  [
    "workers with more scratch than a disk has",
    cpuWorkersFitThePools,
    eksWith(({ workers }) => (workers.cpu.workDirectory = "200Gi")),
    [
      "workers.cpu.replicas.max must be at most 0, what 8 nodes of eks.workers hold (it is 20; a m6i.2xlarge has 7.41 cores, 27.6 GiB of memory and 79 GiB of disk for pods, a worker requests 2 cores, 4 GiB of memory and 200 GiB of disk, so 0 fit on a node)",
    ],
  ],
  [
    "more API pods than the system pool holds",
    servicesFitTheSystemPool,
    gkeWith(({ gke, api }) => {
      if (gke) gke.system.maxNodes = 2;
      api.resources.requests.cpu = "1";
    }),
    [
      "gke.system.maxNodes must be at least 4 (it is 2; 10 API pods, the webhook senders, the database, the broker and the cache do not fit on fewer n2-standard-4, each with 3.42 cores, 11.8 GiB of memory for pods)",
    ],
  ],
  [
    "a database that fits on no node of the system pool",
    servicesFitTheSystemPool,
    eksWith(({ postgres }) => (postgres.resources.requests.memory = "64Gi")),
    [
      "eks.system.machine must hold the largest pod of the services (a m6i.xlarge has 3.42 cores, 12.8 GiB of memory for pods)",
    ],
  ],
  [
    "four slices whose workers ask for two cores each, on eight",
    slicesFitTheirNodes,
    gkeWith((config) => {
      config.gpu.pools = [pool({ slicesPerGpu: 4, diskGi: 500 })];
      config.workers.nvenc.resources.requests = { cpu: "2", memory: "4Gi" };
    }),
    [
      'workers.nvenc must fit 4 times on a node of pool "t4", once for each slice, and fits 3 times (a n1-standard-8 with 500 GiB of disk has 7.11 cores, 24.6 GiB of memory and 324.1 GiB of disk for pods, a worker requests 2 cores, 4 GiB of memory and 50 GiB of disk)',
    ],
  ],
  [
    "four slices whose scratch does not fit the disk",
    slicesFitTheirNodes,
    eksWith((config) => {
      config.gpu.pools = [pool({ gpu: "l4", slicesPerGpu: 4, diskGi: 200 })];
      config.workers.nvenc.resources.requests = { cpu: "1500m", memory: "4Gi" };
    }),
    [
      'workers.nvenc must fit 4 times on a node of pool "t4", once for each slice, and fits 3 times (a g6.2xlarge with 200 GiB of disk has 7.11 cores, 27.6 GiB of memory and 159 GiB of disk for pods, a worker requests 1.5 cores, 4 GiB of memory and 50 GiB of disk)',
    ],
  ],
  [
    "a machine of unknown size",
    machineSizesAreKnown,
    eksWith(({ eks }) => {
      if (eks) eks.workers.machine = "c7i-flex.2xlarge";
    }),
    [
      'eks.workers.machine has no size in config/machine-sizes.ts (it is "c7i-flex.2xlarge"), so that nothing checks whether the pods fit',
    ],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(capacity, broken)).toEqual([]);
});

test.each([gkeWith(), eksWith()])("the defaults of $cloud break none", (config) => {
  const problems = Object.values(capacity).flatMap((rule) => rule(config, facts));
  expect(problems).toEqual([]);
});

test("on one machine nothing is asked", () => {
  const config = configWith(({ workers }) => (workers.cpu.replicas.max = 500));
  expect(Object.values(capacity).flatMap((rule) => rule(config, facts))).toEqual([]);
});

test("no CPU workers need no pool", () => {
  const config = gkeWith(({ gke, workers }) => {
    if (gke) gke.workers.maxNodes = 1;
    workers.cpu.replicas = { min: 0, max: 0 };
  });
  expect(cpuWorkersFitThePools(config, facts)).toEqual([]);
});

test("no NVENC workers fill no slices", () => {
  const config = gkeWith(({ gpu, workers }) => {
    gpu.pools = [pool({ slicesPerGpu: 48 })];
    workers.nvenc.replicas = { min: 0, max: 0 };
  });
  expect(slicesFitTheirNodes(config, facts)).toEqual([]);
});
