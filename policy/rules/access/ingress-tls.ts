import { nsaCisa } from "../../kit/frameworks.ts";
import { isPresent, keysAt, listAt, textAt, textsAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";

const ofGoogle = [
  "ingress.gcp.kubernetes.io/pre-shared-cert",
  "networking.gke.io/managed-certificates",
];
/** Annotations that give a cloud's load balancer its certificates, instead of spec.tls. */
const certificates = ["alb.ingress.kubernetes.io/certificate-arn", ...ofGoogle];
const ports = "alb.ingress.kubernetes.io/listen-ports";

function annotation(ingress: unknown, key: string): string | undefined {
  return textAt(ingress, "metadata", "annotations", key);
}

/** Google's load balancer also answers by HTTP, unless it is told not to or sends clients on. */
function isPlainOnGoogle(ingress: unknown, keys: readonly string[]): boolean {
  const isGoogles =
    ofGoogle.some((key) => keys.includes(key)) ||
    (annotation(ingress, "kubernetes.io/ingress.class") ?? "").startsWith("gce");
  const isClosed = annotation(ingress, "kubernetes.io/ingress.allow-http") === "false";
  return isGoogles && !isClosed && !keys.includes("networking.gke.io/v1beta1.FrontendConfig");
}

/** By what clients can stay without TLS. */
function plainWays(ingress: unknown): string[] {
  const keys = keysAt(ingress, "metadata", "annotations");
  const switched = keys.filter((key) => key.endsWith("/ssl-redirect"));
  const isPlainOnAmazon =
    /"HTTP"\s*:/.test(annotation(ingress, ports) ?? "") &&
    !keys.includes("alb.ingress.kubernetes.io/ssl-redirect");
  return [
    // Controllers take each of these for false.
    ...switched.filter((key) => /^(?:false|f|0)$/i.test(annotation(ingress, key) ?? "")),
    ...(isPlainOnGoogle(ingress, keys)
      ? ['a missing kubernetes.io/ingress.allow-http: "false"']
      : []),
    ...(isPlainOnAmazon ? [ports] : []),
  ];
}

function hasCertificateOfCloud(ingress: unknown): boolean {
  const keys = keysAt(ingress, "metadata", "annotations");
  return certificates.some(
    (key) => keys.includes(key) && ifKnown(() => annotation(ingress, key)) !== "",
  );
}

/** `*.example.com` covers one more label, as in certificates. */
function covers(covered: string, host: string): boolean {
  if (covered === host) return true;
  return covered.startsWith("*.") && host.slice(host.indexOf(".")) === covered.slice(1);
}

/** Hosts of rules that no certificate is for; an empty one stands for all hosts. */
function bareHosts(ingress: unknown): string[] {
  const entries = listAt(ingress, "spec", "tls").filter((item) => isPresent(item, "secretName"));
  // An entry without hosts is for all of them.
  if (entries.some((item) => textsAt(item, "hosts").length === 0)) return [];
  const covered = entries.flatMap((item) => textsAt(item, "hosts"));
  const hosts = listAt(ingress, "spec", "rules").map((item) => textAt(item, "host") ?? "");
  const all =
    isPresent(ingress, "spec", "defaultBackend") || hosts.length === 0 ? [...hosts, ""] : hosts;
  return [...new Set(all)].filter((host) => !covered.some((name) => covers(name, host)));
}

export const ingressTls = resourceRule({
  name: "ingress-tls",
  title: "Every host of an Ingress is reached by TLS",
  why: "Without TLS whoever is on the way reads and changes what clients send, their keys included.",
  fix: "list every host in spec.tls with the secretName of its certificate, and let nothing switch the redirect to HTTPS off",
  severity: "high",
  frameworks: [nsaCisa("Encryption")],
  check: (subject, report) => {
    if (!isKind(subject, "networking.k8s.io/Ingress")) return;
    for (const way of plainWays(subject.props)) report(`lets clients stay without TLS by ${way}`);
    if (hasCertificateOfCloud(subject.props)) return;
    for (const host of bareHosts(subject.props)) {
      report(`has no certificate for ${host === "" ? "requests to any host" : `host "${host}"`}`);
    }
  },
});
