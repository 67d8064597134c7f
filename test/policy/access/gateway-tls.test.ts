import { describe, expect, it } from "vitest";
import { gatewayTls } from "../../../policy/rules/access/gateway-tls.ts";
import { evaluateStack, unknown, type TestResource } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";
import { listOf } from "./objects.ts";

const group = "gateway.networking.k8s.io";
const certificateRefs = [{ name: "certificate" }];
const https = { name: "https", port: 443, protocol: "HTTPS", tls: { certificateRefs } };
const http = { name: "http", port: 80, protocol: "HTTP" };

function gateway(listeners: object[], metadata: object = {}): TestResource {
  return objectOf(`${group}/Gateway`, { spec: { listeners } }, { name: "door", ...metadata });
}

const redirect = {
  filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }],
};

function route(rules: object[], parent: object = {}, kind = "HTTPRoute"): TestResource {
  const spec = { parentRefs: [{ name: "door", ...parent }], rules };
  return objectOf(`${group}/${kind}`, { spec });
}

const serve = { backendRefs: [{ name: "cart", port: 80 }] };
const views = [
  ["known", {}],
  ["of a cluster that is yet to be made", { unknownProvider: true }],
  ["analyzed as a stack", { stackOnly: true }],
] as const;

describe("gateway-tls", () => {
  it.each(views)("judges a program %s", (_, view) => {
    const good = [gateway([https, http]), route([redirect], { sectionName: "http" })];
    expect(evaluateStack(gatewayTls, good, view)).toEqual([]);
    const bad = [gateway([https, http]), route([serve])];
    expect(evaluateStack(gatewayTls, bad, view)).toEqual([
      'Gateway shop/door: listener "http" takes HTTP for HTTPRoute shop/cart, which does more than redirect. Fix: ' +
        gatewayTls.fix +
        ".",
    ]);
  });

  it.each([
    ["HTTPS with a certificate", gateway([https])],
    ["TLS with a certificate", gateway([{ ...https, protocol: "TLS" }])],
    [
      "TLS that ends elsewhere",
      gateway([{ ...https, protocol: "TLS", tls: { mode: "Passthrough" } }]),
    ],
    [
      "certificates of the cloud",
      gateway([{ ...https, tls: { options: { "networking.gke.io/pre-shared-certs": unknown } } }]),
    ],
    [
      "a map of certificates",
      gateway([{ ...https, tls: undefined }], {
        annotations: { "networking.gke.io/certmap": unknown },
      }),
    ],
    [
      "a certificate of unknown name",
      gateway([{ ...https, tls: { certificateRefs: [{ name: unknown }] } }]),
    ],
  ])("accepts %s", (_, resource) => {
    expect(evaluateStack(gatewayTls, [resource, route([serve])])).toEqual([]);
  });

  it.each([
    [
      "HTTPS without a certificate",
      [{ ...https, tls: undefined }],
      'listener "https" has no certificate',
    ],
    [
      "an empty list of certificates",
      [{ ...https, tls: { certificateRefs: [] } }],
      'listener "https" has no certificate',
    ],
    ["TCP", [{ ...http, protocol: "TCP" }], 'listener "http" takes TCP without TLS'],
    [
      "HTTP that no route redirects",
      [http],
      "takes HTTP, and no HTTPRoute of the program redirects it",
    ],
    [
      "an unknown protocol",
      [{ ...http, protocol: unknown }],
      "spec.listeners.0.protocol is not known",
    ],
  ])("refuses %s", (_, listeners, problem) => {
    expect(evaluateStack(gatewayTls, [gateway(listeners)])).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  it.each([
    ["serves", route([serve])],
    ["redirects some requests", route([redirect, serve])],
    [
      "redirects without TLS",
      route([{ filters: [{ type: "RequestRedirect", requestRedirect: { hostname: "a" } }] }]),
    ],
    ["only changes headers", route([{ filters: [{ type: "RequestHeaderModifier" }] }])],
    ["has no rules", route([])],
    ["names the listener", route([serve], { sectionName: "http" })],
    ["names its port", route([serve], { port: 80 })],
    ["serves gRPC", route([serve], {}, "GRPCRoute")],
  ])("refuses HTTP for a route that %s", (_, resource) => {
    const said = evaluateStack(gatewayTls, [gateway([https, http]), resource]);
    expect(said).toEqual([expect.stringContaining("which does more than redirect")]);
  });

  it.each([
    ["another listener", { sectionName: "https" }],
    ["another port", { port: 443 }],
    ["another Gateway", { name: "other" }],
    ["a Gateway of another namespace", { namespace: "other" }],
    ["a Service", { kind: "Service" }],
  ])("does not count a route to %s", (_, parent) => {
    const said = evaluateStack(gatewayTls, [gateway([https, http]), route([redirect], parent)]);
    expect(said).toEqual([expect.stringContaining("no HTTPRoute of the program redirects it")]);
  });

  it("judges all routes of a listener, and Gateways in lists", () => {
    const others = { ...route([serve], { sectionName: "http" }), name: "serve" };
    const said = evaluateStack(gatewayTls, [gateway([https, http]), route([redirect]), others]);
    expect(said).toEqual([expect.stringContaining("does more than redirect")]);
    expect(evaluateStack(gatewayTls, [listOf(gateway([http]))])).toHaveLength(1);
  });

  it("lets the settings name annotations of another cloud, and exempts what it is told to", () => {
    const bare = [gateway([{ ...https, tls: undefined }], { annotations: { certificates: "a" } })];
    expect(evaluateStack(gatewayTls, bare)).toHaveLength(1);
    const config = { certificateAnnotations: ["certificates"] };
    expect(evaluateStack(gatewayTls, bare, { config })).toEqual([]);
    const exempt = [{ name: "door", reason: "a mesh encrypts what comes here" }];
    expect(evaluateStack(gatewayTls, bare, { config: { exempt } })).toEqual([]);
  });
});
