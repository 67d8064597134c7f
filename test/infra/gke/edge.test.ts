import { expect, test } from "vitest";
import { loadBalancerEdge } from "../../../infra/gke/edge.ts";

const hosts = { apiHost: "api.example.com", workerApiHost: "workers.example.com" };
const inside = { ...hosts, public: false, allowedCidrs: ["10.0.0.0/8"] };

function edgeOf(edge: Parameters<typeof loadBalancerEdge>[0]["edge"]) {
  return loadBalancerEdge({ edge, nodes: "10.10.0.0/20" });
}

function all(...cidrs: string[]) {
  return cidrs.map((cidr) => ({ cidr, except: [] }));
}

test("inside the network: internal balancers, http at port 80, Google's probes let in", () => {
  expect(edgeOf(inside)).toEqual({
    kind: "load-balancer",
    urls: { api: "http://api.example.com", workerApi: "http://workers.example.com" },
    annotations: { "networking.gke.io/load-balancer-type": "Internal" },
    port: 80,
    allowedCidrs: ["10.0.0.0/8"],
    clients: all("10.10.0.0/20", "10.0.0.0/8", "35.191.0.0/16", "130.211.0.0/22"),
  });
});

test("public: no internal annotation, and the probes of balancers on the internet", () => {
  const edge = edgeOf({ ...inside, public: true, allowedCidrs: ["198.51.100.0/24"] });
  expect(edge.annotations).toEqual({ "cloud.google.com/l4-rbs": "enabled" });
  expect(edge.allowedCidrs).toEqual(["198.51.100.0/24"]);
  expect(edge.clients).toEqual(
    all("10.10.0.0/20", "198.51.100.0/24", "35.191.0.0/16", "209.85.152.0/22", "209.85.204.0/22"),
  );
});

test("without names there is no edge", () => {
  expect(() => edgeOf({ public: false, allowedCidrs: [] })).toThrow("needs both");
});

test("with the stack's proxy addresses are by TLS, which the proxy ends", () => {
  expect(edgeOf({ ...inside, enabled: true }).urls).toEqual({
    api: "https://api.example.com",
    workerApi: "https://workers.example.com",
  });
});
