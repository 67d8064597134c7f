import { describe, expect, it } from "vitest";
import { ingressTls } from "../../../policy/rules/access/ingress-tls.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";

const http = { paths: [] };
const rules = (...hosts: (string | undefined)[]) => hosts.map((host) => ({ host, http }));
const tls = (...hosts: string[]) => [{ hosts, secretName: "certificate" }];

function ingress(spec: object, annotations: object = {}) {
  return objectOf("networking.k8s.io/Ingress", { spec }, { annotations });
}

const shop = "shop.example.com";

describe("ingress-tls", () => {
  it.each([
    ["of its host", { rules: rules(shop), tls: tls(shop) }],
    [
      "of several hosts",
      { rules: rules(shop, "b.example.com"), tls: [...tls("b.example.com"), ...tls(shop)] },
    ],
    ["for all subdomains", { rules: rules(shop, "*.example.com"), tls: tls("*.example.com") }],
    ["for all hosts", { rules: rules(shop, undefined), tls: [{ secretName: "certificate" }] }],
    ["and a default backend", { defaultBackend: {}, tls: [{ secretName: "certificate" }] }],
  ])("accepts a certificate %s", (_, spec) => {
    expect(evaluate(ingressTls, ingress(spec))).toEqual([]);
  });

  it.each([
    ["no certificate", { rules: rules(shop) }, `has no certificate for host "${shop}"`],
    ["an empty list of them", { rules: rules(shop), tls: [] }, `host "${shop}"`],
    [
      "one for another host",
      { rules: rules(shop, "b.example.com"), tls: tls("b.example.com") },
      `host "${shop}"`,
    ],
    [
      "one for subdomains of subdomains",
      { rules: rules(`a.${shop}`), tls: tls("*.example.com") },
      `host "a.${shop}"`,
    ],
    [
      "one for subdomains, and the domain",
      { rules: rules("example.com"), tls: tls("*.example.com") },
      'host "example.com"',
    ],
    ["hosts and no Secret", { rules: rules(shop), tls: [{ hosts: [shop] }] }, `host "${shop}"`],
    ["a rule for any host", { rules: rules(undefined), tls: tls(shop) }, "requests to any host"],
    [
      "a default backend beside",
      { defaultBackend: {}, rules: rules(shop), tls: tls(shop) },
      "requests to any host",
    ],
    ["a default backend alone", { defaultBackend: {} }, "requests to any host"],
    [
      "an unknown host",
      { rules: rules(unknown), tls: tls(shop) },
      "spec.rules.0.host is not known before the update",
    ],
  ])("refuses one with %s", (_, spec, problem) => {
    expect(evaluate(ingressTls, ingress(spec))).toEqual([expect.stringContaining(problem)]);
  });

  it("names every host that lacks one, once", () => {
    const spec = { rules: rules("a.example.com", "b.example.com", "a.example.com") };
    expect(evaluate(ingressTls, ingress(spec))).toHaveLength(2);
  });

  it.each(["alb.ingress.kubernetes.io/certificate-arn", "networking.gke.io/managed-certificates"])(
    "accepts a certificate of the cloud by %s, known or not",
    (key) => {
      const annotations = { [key]: unknown, "kubernetes.io/ingress.allow-http": "false" };
      expect(evaluate(ingressTls, ingress({ rules: rules(shop) }, annotations))).toEqual([]);
    },
  );

  it("refuses a certificate of the cloud that is empty", () => {
    const given = ingress(
      { rules: rules(shop) },
      { "alb.ingress.kubernetes.io/certificate-arn": "" },
    );
    expect(evaluate(ingressTls, given)).toEqual([
      expect.stringContaining(`has no certificate for host "${shop}"`),
    ]);
  });

  const certified = { rules: rules(shop), tls: tls(shop) };

  it.each([
    ["Google's, by default", { "kubernetes.io/ingress.class": "gce" }, "a missing kubernetes.io"],
    [
      "Google's, with its certificate",
      { "ingress.gcp.kubernetes.io/pre-shared-cert": "a", "kubernetes.io/ingress.allow-http": "t" },
      "a missing kubernetes.io",
    ],
    [
      "Amazon's that listens to HTTP",
      { "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]' },
      "alb.ingress.kubernetes.io/listen-ports",
    ],
    ["nginx's, by a number", { "nginx.ingress.kubernetes.io/ssl-redirect": "0" }, "nginx"],
    ["nginx's, in capitals", { "nginx.ingress.kubernetes.io/ssl-redirect": "False" }, "nginx"],
    ["HAProxy's", { "haproxy.org/ssl-redirect": "false" }, "haproxy.org/ssl-redirect"],
  ])("refuses one that answers by HTTP too: %s", (_, annotations, way) => {
    expect(evaluate(ingressTls, ingress(certified, annotations))).toEqual([
      expect.stringContaining(`lets clients stay without TLS by ${way}`),
    ]);
  });

  it.each([
    ["Google's that is told not to", { "kubernetes.io/ingress.allow-http": "false" }],
    ["Google's that sends clients on", { "networking.gke.io/v1beta1.FrontendConfig": "redirect" }],
    [
      "Amazon's that sends clients on",
      {
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]',
        "alb.ingress.kubernetes.io/ssl-redirect": "443",
      },
    ],
  ])("accepts one that answers by TLS alone: %s", (_, annotations) => {
    const all = { "kubernetes.io/ingress.class": "gce", ...annotations };
    const given = "networking.gke.io/v1beta1.FrontendConfig" in annotations ? all : annotations;
    expect(evaluate(ingressTls, ingress(certified, given))).toEqual([]);
  });

  it("refuses what switches the redirect off, even with a certificate", () => {
    const key = "nginx.ingress.kubernetes.io/ssl-redirect";
    const spec = { rules: rules(shop), tls: tls(shop) };
    expect(evaluate(ingressTls, ingress(spec, { [key]: "false" }))).toEqual([
      expect.stringContaining(`lets clients stay without TLS by ${key}`),
    ]);
    expect(evaluate(ingressTls, ingress(spec, { [key]: "true" }))).toEqual([]);
  });

  it("lets the settings name other annotations", () => {
    const given = ingress({ rules: rules(shop) }, { "lb.example.com/cert": "a" });
    expect(evaluate(ingressTls, given)).toHaveLength(1);
    expect(
      evaluate(ingressTls, given, { certificateAnnotations: ["lb.example.com/cert"] }),
    ).toEqual([]);
    const plain = ingress(
      { rules: rules(shop), tls: tls(shop) },
      { "lb.example.com/plain": "yes" },
    );
    const config = { plainAnnotations: { "lb.example.com/plain": "yes" } };
    expect(evaluate(ingressTls, plain, config)).toHaveLength(1);
  });
});
