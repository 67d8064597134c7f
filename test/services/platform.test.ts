import { expect, test } from "vitest";
import type { Cluster, LoadBalancerEdge } from "../../infra/cluster.ts";
import { deployPlatform } from "../../services/index.ts";
import { leaves, registeredOn, testConfig } from "../support/under-mocks.ts";

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

test("what the cloud has does not run here", async () => {
  const config = testConfig();
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
        bucket: local.kubeconfig,
        credentials: { kind: "pod-identity", agent: { cidr: "169.254.170.23/32", port: 80 } },
      },
    };
    deployPlatform(cluster, config);
  });
  const sets = leaves(resources).filter((name) => name.startsWith("StatefulSet"));
  expect(sets).toEqual(["StatefulSet rabbitmq-server-set", "StatefulSet redis-server-set"]);
});
