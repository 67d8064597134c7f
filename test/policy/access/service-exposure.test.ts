import { describe, expect, it } from "vitest";
import { serviceExposure } from "../../../policy/rules/access/service-exposure.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";
import { listOf } from "./objects.ts";

function service(spec: object, annotations: object = {}) {
  return objectOf("Service", { spec }, { annotations });
}

const ranges = { loadBalancerSourceRanges: ["10.0.0.0/8"] };
const balancer = (more: object = ranges, annotations: object = {}) =>
  service({ type: "LoadBalancer", ...more }, annotations);
const gke = { "networking.gke.io/load-balancer-type": "Internal" };
const eks = { "service.beta.kubernetes.io/aws-load-balancer-internal": "true" };
const entry = (more: object = {}) => ({
  namespace: "shop",
  name: "ca*",
  type: "LoadBalancer",
  reason: "customers come this way",
  ...more,
});
const listed = (...entries: object[]) => ({ exposed: entries });

describe("service-exposure", () => {
  it.each([
    ["a ClusterIP", service({ type: "ClusterIP" })],
    ["one without a type", service({})],
    ["a headless one", service({ clusterIP: "None" })],
  ])("accepts %s", (_, resource) => {
    expect(evaluate(serviceExposure, resource)).toEqual([]);
  });

  it.each([
    ["a LoadBalancer", balancer(), "is a LoadBalancer and not on the list"],
    ["an internal LoadBalancer", balancer(ranges, gke), "is a LoadBalancer and not on the list"],
    ["a NodePort", service({ type: "NodePort" }), "is a NodePort and not on the list"],
    [
      "a ClusterIP with addresses",
      service({ externalIPs: ["192.0.2.1"] }),
      "takes the addresses 192.0.2.1 by externalIPs",
    ],
    ["one in a list", listOf(balancer()), "is a LoadBalancer"],
    [
      "a type that is unknown",
      service({ type: unknown }),
      "spec.type is not known before the update",
    ],
  ])("refuses %s", (_, resource, problem) => {
    expect(evaluate(serviceExposure, resource)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ["one that names its clients", balancer(), entry()],
    ["an internal one on GKE", balancer(ranges, gke), entry({ reach: "internal" })],
    ["an internal one on EKS", balancer(ranges, eks), entry({ reach: "internal" })],
    ["a public one", balancer({}), entry({ reach: "public" })],
    [
      "a public one with its certificate",
      balancer({}, { cert: unknown }),
      entry({ reach: "public", annotations: { cert: "*" } }),
    ],
    ["a NodePort", service({ type: "NodePort" }), entry({ type: "NodePort" })],
  ])("accepts %s that is on the list", (_, resource, known) => {
    expect(evaluate(serviceExposure, resource, listed(known))).toEqual([]);
  });

  it.each([
    [
      "that names no clients",
      balancer({}),
      entry(),
      "is a LoadBalancer that names no spec.loadBalancerSourceRanges",
    ],
    [
      "that lets everybody in",
      balancer({ loadBalancerSourceRanges: ["10.0.0.0/8", "0.0.0.0/0"] }),
      entry(),
      "that lets in 0.0.0.0/0",
    ],
    [
      "that is not internal",
      balancer(),
      entry({ reach: "internal" }),
      "that has no annotation that keeps it in the private network",
    ],
    [
      "whose annotation says no",
      balancer(ranges, { [Object.keys(eks)[0]!]: "false" }),
      entry({ reach: "internal" }),
      "has no annotation",
    ],
    [
      "that is internal, for everybody",
      balancer({ loadBalancerSourceRanges: ["::/0"] }, gke),
      entry({ reach: "internal" }),
      "lets in ::/0",
    ],
    [
      "without its certificate",
      balancer({}),
      entry({ reach: "public", annotations: { cert: "*" } }),
      "lacks the annotation cert: *",
    ],
    [
      "with weak ciphers",
      balancer({}, { cert: "arn", ciphers: "TLS10" }),
      entry({ reach: "public", annotations: { cert: "*", ciphers: "TLS13-*" } }),
      "lacks the annotation ciphers: TLS13-*",
    ],
    ["that is of another type", balancer(), entry({ type: "NodePort" }), "and not on the list"],
    ["of another namespace", balancer(), entry({ namespace: "other" }), "and not on the list"],
    ["of another name", balancer(), entry({ name: "other" }), "and not on the list"],
  ])("refuses one on the list %s", (_, resource, known, problem) => {
    expect(evaluate(serviceExposure, resource, listed(known))).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  it("is content with one of several entries, and tells what each of them asks otherwise", () => {
    const both = listed(
      entry({ reach: "internal" }),
      entry({ reach: "public", annotations: { cert: "*" } }),
    );
    expect(evaluate(serviceExposure, balancer(ranges, gke), both)).toEqual([]);
    expect(evaluate(serviceExposure, balancer({}, { cert: "arn" }), both)).toEqual([]);
    expect(evaluate(serviceExposure, balancer(), both)).toEqual([
      expect.stringContaining("keeps it in the private network, or lacks the annotation cert: *"),
    ]);
  });

  it("lets the settings list addresses and annotations of another cloud", () => {
    const outside = service({ externalIPs: ["192.0.2.1"] });
    expect(evaluate(serviceExposure, outside, { externalIPs: ["192.0.2.1"] })).toEqual([]);
    const config = {
      ...listed(entry({ reach: "internal" })),
      internalAnnotations: { "lb.example.com/scheme": "private" },
    };
    const other = balancer(ranges, { "lb.example.com/scheme": "Private" });
    expect(evaluate(serviceExposure, other, config)).toEqual([]);
    expect(
      evaluate(serviceExposure, balancer(), { ...listed(entry()), shortestIpv4Prefix: 16 }),
    ).toHaveLength(1);
  });
});
