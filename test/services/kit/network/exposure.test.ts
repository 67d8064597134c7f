import fc from "fast-check";
import { expect, test } from "vitest";
import type { IpBlock, LoadBalancerEdge, NodePortEdge } from "../../../../infra/cluster.ts";
import { endpoint, type App } from "../../../../services/kit/app.ts";
import { clientBlocks, loadBalancerSpec } from "../../../../services/kit/network/exposure.ts";
import { internet, openToClients, openWay } from "../../../../services/kit/network/network.ts";
import { inputsOf, leaves, registered } from "../../../support/under-mocks.ts";

const app: App = { name: "probe", namespace: "framewright-api", component: "test" };
const balancer: LoadBalancerEdge = {
  kind: "load-balancer",
  urls: { api: "https://api.test", workerApi: "https://workers.test" },
  annotations: { "cloud.test/kind": "network" },
  port: 443,
  allowedCidrs: ["10.0.0.0/8", "192.0.2.0/24"],
  clients: [
    { cidr: "10.0.0.0/8", except: [] },
    { cidr: "192.0.2.0/24", except: ["192.0.2.128/25"] },
  ],
};
const nodePorts: NodePortEdge = {
  kind: "node-port",
  host: "127.0.0.1",
  ports: {
    ...{ api: 30080, workerApi: 30902, objectStore: 30070 },
    ...{ edge: 30443, edgeWorkers: 30903, edgeHttp: 30081 },
    ...{ livekit: 30780, livekitMedia: 30782 },
  },
  clients: { cidr: "0.0.0.0/0", except: ["10.244.0.0/16"] },
};

test("a load balancer takes its own port to ours, from those who may, with their addresses", () => {
  expect(loadBalancerSpec(app, "http", balancer)).toEqual({
    type: "LoadBalancer",
    selector: { "app.kubernetes.io/name": "probe" },
    externalTrafficPolicy: "Local",
    loadBalancerSourceRanges: ["10.0.0.0/8", "192.0.2.0/24"],
    ports: [{ name: "http", port: 443, targetPort: "http" }],
  });
});

test("both kinds of edge say where clients come from", () => {
  expect(clientBlocks(balancer)).toBe(balancer.clients);
  expect(clientBlocks(nodePorts)).toEqual([nodePorts.clients]);
});

test("clients are let in from each of their blocks, on that port alone", async () => {
  const resources = await registered(() => {
    openToClients("probe", { to: endpoint(app, 8000), clients: balancer.clients }, {});
  });
  expect(inputsOf(resources, "probe-clients").spec).toEqual({
    podSelector: { matchLabels: { "app.kubernetes.io/name": "probe" } },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [
          { ipBlock: { cidr: "10.0.0.0/8" } },
          { ipBlock: { cidr: "192.0.2.0/24", except: ["192.0.2.128/25"] } },
        ],
        ports: [{ protocol: "TCP", port: 8000 }],
      },
    ],
  });
});

test("the way out of the cluster is one policy of ours; the way to a pod is two", async () => {
  const resources = await registered(() => {
    openWay("bucket", { from: app, to: { blocks: [internet], port: 443 } }, {});
    openWay("pod", { from: app, to: endpoint(app, 80) }, {});
  });
  expect(leaves(resources)).toEqual([
    "NetworkPolicy bucket-egress",
    "NetworkPolicy pod-egress",
    "NetworkPolicy pod-ingress",
  ]);
  expect(inputsOf(resources, "bucket-egress").spec).toEqual({
    podSelector: { matchLabels: { "app.kubernetes.io/name": "probe" } },
    policyTypes: ["Egress"],
    egress: [
      {
        to: [{ ipBlock: { cidr: "0.0.0.0/0", except: internet.except } }],
        ports: [{ protocol: "TCP", port: 443 }],
      },
    ],
  });
});

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function isIn(address: string, cidr: string): boolean {
  const [base = "", bits = "32"] = cidr.split("/");
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(base) / size);
}

function reaches({ cidr, except }: IpBlock, address: string): boolean {
  return isIn(address, cidr) && !except.some((hole) => isIn(address, hole));
}

test.each([
  ["8.8.8.8", true],
  ["52.216.0.1", true],
  ["199.36.153.8", true],
  ["10.20.0.5", false],
  ["172.20.0.1", false],
  ["172.32.0.1", true],
  ["192.168.1.1", false],
  ["100.64.0.10", false],
  ["169.254.169.254", false],
  ["169.254.170.23", false],
  ["127.0.0.1", false],
])("the internet has %s: %s", (address, has) => {
  expect(reaches(internet, address)).toBe(has);
});

test("no private address is on the internet", () => {
  const byte = fc.nat(255);
  const privates = fc.oneof(
    fc.tuple(fc.constant(10), byte, byte, byte),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
    fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
  );
  fc.assert(fc.property(privates, (parts) => !reaches(internet, parts.join("."))));
});
