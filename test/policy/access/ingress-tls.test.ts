import { ingressTls } from "../../../policy/rules/access/exposure.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { objectOf } from "../kit/workloads.ts";

const shop = "shop.example.com";
const other = "b.example.com";
const rules = (...hosts: (string | undefined)[]) => hosts.map((host) => ({ host, http: {} }));
const tls = (...hosts: string[]) => [{ hosts, secretName: "certificate" }];
const ofAll = [{ secretName: "certificate" }];

function ingress(spec: object, annotations: object = {}) {
  return objectOf("networking.k8s.io/Ingress", { spec }, { annotations });
}

const certified = (annotations: object) =>
  ingress({ rules: rules(shop), tls: tls(shop) }, annotations);
const bare = (annotations: object) => ingress({ rules: rules(shop) }, annotations);
const noCertificate = `has no certificate for host "${shop}"`;
const ofAny = "has no certificate for requests to any host";
const plain = "lets clients stay without TLS by ";
const alb = "alb.ingress.kubernetes.io";
const http = { [`${alb}/listen-ports`]: '[{"HTTP": 80}, {"HTTPS": 443}]' };
const gce = { "kubernetes.io/ingress.class": "gce" };
const closed = { "kubernetes.io/ingress.allow-http": "false" };
const nginx = "nginx.ingress.kubernetes.io/ssl-redirect";
const managed = "networking.gke.io/managed-certificates";

describeRule(ingressTls, {
  passes: [
    ["a certificate of the host", certified({})],
    ["several", ingress({ rules: rules(shop, other), tls: [...tls(other), ...tls(shop)] })],
    ["a wildcard", ingress({ rules: rules(shop, "*.example.com"), tls: tls("*.example.com") })],
    ["one for all hosts", ingress({ rules: rules(shop, undefined), tls: ofAll })],
    ["one of a default backend", ingress({ defaultBackend: {}, tls: ofAll })],
    ["Amazon's certificate", bare({ [`${alb}/certificate-arn`]: unknown })],
    ["Google's certificate", bare({ [managed]: unknown, ...closed })],
    ["Google's balancer without HTTP", certified({ ...gce, ...closed })],
    ["a redirect", certified({ ...gce, "networking.gke.io/v1beta1.FrontendConfig": "a" })],
    ["Amazon's that sends clients on", certified({ ...http, [`${alb}/ssl-redirect`]: "443" })],
    ["a redirect that is switched on", certified({ [nginx]: "true" })],
  ],
  fails: [
    ["no certificate", bare({}), noCertificate],
    ["one for another host", ingress({ rules: rules(shop), tls: tls(other) }), noCertificate],
    [
      "one for subdomains of another domain",
      ingress({ rules: rules(`a.${shop}`, "example.com"), tls: tls("*.example.com") }),
      [`host "a.${shop}"`, 'host "example.com"'],
    ],
    ["hosts without a", ingress({ rules: rules(shop), tls: [{ hosts: [shop] }] }), noCertificate],
    ["a rule for any host", ingress({ rules: rules(undefined), tls: tls(shop) }), ofAny],
    ["a default", ingress({ defaultBackend: {}, rules: rules(shop), tls: tls(shop) }), ofAny],
    ["a default backend alone", ingress({ defaultBackend: {} }), ofAny],
    ["a host twice", ingress({ rules: rules(shop, shop) }), noCertificate],
    ["an empty certificate of the cloud", bare({ [`${alb}/certificate-arn`]: "" }), noCertificate],
    ["Google's balancer by default", certified(gce), `${plain}a missing kubernetes.io`],
    ["HTTP beside Google's certificate", bare({ [managed]: "a" }), `${plain}a missing`],
    ["Amazon's that listens to HTTP", certified(http), `${plain}${alb}/listen-ports`],
    ...["false", "False", "0"].map(
      (value) =>
        [`a redirect that is ${value}`, certified({ [nginx]: value }), `${plain}${nginx}`] as const,
    ),
  ],
});
