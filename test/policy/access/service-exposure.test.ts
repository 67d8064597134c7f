import { serviceExposure } from "../../../policy/rules/access/exposure.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { objectOf } from "../kit/workloads.ts";

const ranges = { loadBalancerSourceRanges: ["10.0.0.0/8"] };
const gke = { "networking.gke.io/load-balancer-type": "Internal" };
const eks = "service.beta.kubernetes.io/aws-load-balancer-internal";

function service(spec: object, annotations: object = {}) {
  return objectOf("Service", { spec }, { annotations });
}

function balancer(spec: object = ranges, annotations: object = {}) {
  return service({ type: "LoadBalancer", ...spec }, annotations);
}

const nodePort = service({ type: "NodePort" });

/** The setting that lists the Service, as each entry says. */
function listed(...entries: object[]) {
  const entry = { namespace: "shop", name: "c*", type: "LoadBalancer", reason: "customers use it" };
  return { exposed: entries.map((one) => ({ ...entry, ...one })) };
}

const internal = { reach: "internal" };
const certified = { reach: "public", annotations: { cert: "*", ciphers: "TLS13-*" } };
const both = listed(internal, certified);
const certificate = { cert: unknown, ciphers: "TLS13-2" };
const unlisted = "is a LoadBalancer and not on the list";

describeRule(serviceExposure, {
  passes: [
    ["a ClusterIP", service({ type: "ClusterIP" })],
    ["a Service without a type", service({})],
    ["a listed one that names its clients", balancer(), listed({})],
    ["an internal one on GKE", balancer(ranges, gke), listed(internal)],
    ["an internal one on EKS", balancer(ranges, { [eks]: "true" }), listed(internal)],
    ["a public one", balancer({}), listed({ reach: "public" })],
    ["a public one with what the entry asks for", balancer({}, certificate), listed(certified)],
    ["a listed NodePort", nodePort, listed({ type: "NodePort" })],
    ["what one of several entries allows", balancer(ranges, gke), both],
  ],
  fails: [
    ["a LoadBalancer", balancer(), unlisted],
    ["an internal LoadBalancer", balancer(ranges, gke), unlisted],
    ["a NodePort", nodePort, "is a NodePort and not on the list"],
    ["external addresses", service({ externalIPs: ["192.0.2.1"] }), "takes the addresses"],
    ["one of another type", balancer(), unlisted, listed({ type: "NodePort" })],
    ["one of another namespace", balancer(), unlisted, listed({ namespace: "other" })],
    ["one of another name", balancer(), unlisted, listed({ name: "other" })],
    ["one that names no clients", balancer({}), "names no spec.loadBalancerSourceR", listed({})],
    [
      "one that lets everybody in",
      balancer({ loadBalancerSourceRanges: ["10.0.0.0/8", "0.0.0.0/0"] }),
      "that lets in 0.0.0.0/0",
      listed({}),
    ],
    ["one that is not internal", balancer(), "has no annotation that keeps it", listed(internal)],
    ["one that says no", balancer(ranges, { [eks]: "false" }), "has no annotati", listed(internal)],
    ["one without its certificate", balancer({}), "lacks the annotation cert:", listed(certified)],
    [
      "one with weak ciphers",
      balancer({}, { ...certificate, ciphers: "TLS10" }),
      "lacks the annotation ciphers: TLS13-*",
      listed(certified),
    ],
    ["what no entry allows", balancer(), "private network, or lacks the annotation cert: *", both],
  ],
});
