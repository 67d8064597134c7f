import { expect, test } from "vitest";
import { loadBalancerEdge } from "../../../infra/eks/edge.ts";
import { planSubnets } from "../../../infra/eks/subnets.ts";

const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1";
const hosts = { apiHost: "api.example.com", workerApiHost: "workers.example.com" };
const inside = { ...hosts, public: false, allowedCidrs: ["10.0.0.0/8"] };

function edgeOf(edge: Parameters<typeof loadBalancerEdge>[0]["edge"]) {
  const zones = ["use1-az1", "use1-az2"];
  return loadBalancerEdge({ edge, stack: "prod", subnets: planSubnets("10.10.0.0/16", zones) });
}

const prefix = "service.beta.kubernetes.io/aws-load-balancer";

test("inside the network: internal balancers without TLS, tagged with the stack", () => {
  expect(edgeOf(inside)).toEqual({
    kind: "load-balancer",
    urls: { api: "http://api.example.com", workerApi: "http://workers.example.com" },
    annotations: {
      [`${prefix}-type`]: "nlb",
      [`${prefix}-internal`]: "true",
      [`${prefix}-cross-zone-load-balancing-enabled`]: "true",
      [`${prefix}-additional-resource-tags`]: "framewright:stack=prod",
    },
    port: 80,
    allowedCidrs: ["10.0.0.0/8"],
    clients: [
      { cidr: "10.10.0.0/18", except: [] },
      { cidr: "10.10.64.0/18", except: [] },
      { cidr: "10.0.0.0/8", except: [] },
    ],
  });
});

test("public with a certificate: the balancer ends TLS 1.2 or 1.3 on 443", () => {
  const edge = edgeOf({ ...inside, public: true, certificateArn, allowedCidrs: ["0.0.0.0/0"] });
  expect(edge.annotations).not.toHaveProperty(`${prefix}-internal`);
  expect(edge).toMatchObject({
    urls: { api: "https://api.example.com", workerApi: "https://workers.example.com" },
    port: 443,
    annotations: {
      [`${prefix}-ssl-cert`]: certificateArn,
      [`${prefix}-ssl-ports`]: "443",
      [`${prefix}-ssl-negotiation-policy`]: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    },
  });
});

test("public balancers are in the public subnets: nodes and pods of the private ones are no clients", () => {
  const edge = edgeOf({ ...inside, public: true, allowedCidrs: ["203.0.113.0/24"] });
  expect(edge.clients).toEqual([
    { cidr: "10.10.192.0/20", except: [] },
    { cidr: "10.10.208.0/20", except: [] },
    { cidr: "203.0.113.0/24", except: [] },
  ]);
});

test("a subnet, from which the balancer checks, is named once when clients are the same range", () => {
  const { clients } = edgeOf({ ...inside, allowedCidrs: ["10.10.0.0/18"] });
  expect(clients.map(({ cidr }) => cidr)).toEqual(["10.10.0.0/18", "10.10.64.0/18"]);
});

test("without names there is no edge", () => {
  expect(() => edgeOf({ public: false, allowedCidrs: [] })).toThrow("needs both");
});
