import { expect, test } from "vitest";
import type { Cluster, LoadBalancerEdge } from "../../infra/cluster.ts";
import { deployPlatform } from "../../services/index.ts";
import type { Registration } from "../support/mocks.ts";
import { leaves, platformOn, registeredOn, testConfig } from "../support/under-mocks.ts";

const edge: LoadBalancerEdge = {
  kind: "load-balancer",
  urls: { api: "https://api.test", workerApi: "https://workers.test" },
  annotations: {},
  port: 443,
  allowedCidrs: ["10.0.0.0/8"],
  clients: [],
};

test("media on a volume cannot be behind a load balancer: URLs for clients would have no host", async () => {
  const config = testConfig();
  await registeredOn(config, (cluster) => {
    expect(() => deployPlatform({ ...cluster, edge }, config)).toThrow("node ports");
  });
});

function setsOf(resources: readonly Registration[]): string[] {
  return leaves(resources).filter((name) => name.startsWith("StatefulSet"));
}

test("what the cloud has does not run here", async () => {
  const config = testConfig();
  const all = await platformOn(config);
  const resources = await registeredOn(config, (local) => {
    const cluster: Cluster = {
      ...local,
      edge,
      database: {
        kind: "managed",
        url: local.kubeconfig,
        ca: local.kubeconfig,
        port: 5432,
        network: { cidr: "10.30.0.0/24", except: [] },
      },
      objectStorage: {
        kind: "bucket",
        endpoint: "https://storage.test",
        region: "us-central1",
        writeOnce: "if-none-match",
        bucket: local.kubeconfig,
        credentials: { kind: "pod-identity", agent: { cidr: "169.254.170.23/32", port: 80 } },
      },
    };
    deployPlatform(cluster, config);
  });
  const here = setsOf(resources);
  expect(setsOf(all).filter((name) => !here.includes(name))).toEqual([
    "StatefulSet object-store-server-set",
    "StatefulSet postgres-server-set",
  ]);
});
