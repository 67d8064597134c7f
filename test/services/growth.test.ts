import { beforeAll, expect, test } from "vitest";
import type { Cluster } from "../../infra/cluster.ts";
import { provisionCluster } from "../../infra/index.ts";
import { platformGrowth } from "../../services/index.ts";
import { registered, testConfig } from "../support/under-mocks.ts";

const config = testConfig();
let local: Cluster;
beforeAll(async () => {
  await registered(() => {
    local = provisionCluster(config, platformGrowth);
  });
});

const edge: Cluster["edge"] = {
  kind: "load-balancer",
  urls: { api: "http://a", workerApi: "http://w" },
  annotations: {},
  port: 80,
  allowedCidrs: [],
  clients: [],
};

function gpuPool(model: "a100" | "t4" | "l4"): Cluster["pools"][number] {
  const bounds = { minNodes: 0, maxNodes: 4, gpusPerNode: 1, slicesPerGpu: 1 };
  const videoEncode = model !== "a100";
  const gpu = { model, ...bounds, spot: false, videoEncode, tier: "standard" } as const;
  return { name: model, labels: {}, gpu: { ...gpu, priceClass: "1-to-4" } };
}

test("on one machine the API buys no load balancer and workers take no GPU", () => {
  expect(platformGrowth(local, config)).toEqual([
    { role: "api", pods: config.api.replicas.max, loadBalancers: 0 },
    { role: "workers", pods: config.workers.cpu.replicas.max, gpuSlices: undefined },
    { role: "api", pods: config.webhooks.replicas.max },
  ]);
  const without = { ...config, webhooks: { ...config.webhooks, enabled: false } };
  expect(platformGrowth(local, without)).toHaveLength(2);
});

test.each<[string, Cluster["pools"], number]>([
  [
    "two models that encode and one that does not",
    [gpuPool("a100"), gpuPool("t4"), gpuPool("l4")],
    10,
  ],
  ["pools without an encoder", [gpuPool("a100")], 0],
])("workers take a slice each on %s", (_, pools, gpuSlices) => {
  const [api, workers] = platformGrowth({ ...local, edge, pools }, config);
  expect(api).toMatchObject({ loadBalancers: 2 });
  expect(workers).toMatchObject({
    pods: config.workers.cpu.replicas.max + gpuSlices,
    gpuSlices,
  });
});
