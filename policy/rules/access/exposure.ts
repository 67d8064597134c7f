import { type Static, Type } from "typebox";
import { isExempt } from "../../kit/exemptions.ts";
import { nsaCisa } from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, textAt, textsAt } from "../../kit/json.ts";
import { matches } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isWide } from "../../kit/addresses.ts";

const Exposed = Type.Object(
  {
    namespace: Type.String({ description: "Of the Service. `*` stands for any text." }),
    name: Type.String({ description: "Of the Service. `*` stands for any text." }),
    type: Type.Enum(["LoadBalancer", "NodePort"], { description: "What it may be." }),
    reach: Type.Optional(
      Type.Enum(["internal", "ranges", "public"], {
        description:
          "Of a load balancer. `ranges`, unless it says otherwise: it names the addresses of its clients. `internal`: it has an address of the private network too. `public`: anybody may be a client.",
      }),
    ),
    annotations: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          "Annotations that it must have, like that of its certificate, with their values. `*` stands for any text.",
      }),
    ),
    reason: Type.String({ minLength: 10, description: "Why it is reached from outside." }),
  },
  { additionalProperties: false },
);
type Exposed = Static<typeof Exposed>;

const config = Type.Object({
  exposed: Type.Array(Exposed, {
    default: [],
    description:
      "Services that may be reached from outside the cluster. One entry that a Service fulfils is enough.",
  }),
});
/** Annotations, with the value in small letters, that give a load balancer a private address. */
const internal = [
  ["networking.gke.io/load-balancer-type", "internal"],
  ["cloud.google.com/load-balancer-type", "internal"],
  ["service.beta.kubernetes.io/aws-load-balancer-internal", "true"],
  ["service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"],
] as const;

function isInternal(service: unknown): boolean {
  return internal.some(
    ([key, value]) => textAt(service, "metadata", "annotations", key)?.toLowerCase() === value,
  );
}

function missingAnnotation(service: unknown, { annotations = {} }: Exposed): string | undefined {
  const present = keysAt(service, "metadata", "annotations");
  const missing = Object.entries(annotations).find(([key, pattern]) => {
    if (!present.includes(key)) return true;
    // Any value is right, an unknown one too.
    if (pattern === "*") return false;
    return !matches(pattern, textAt(service, "metadata", "annotations", key) ?? "");
  });
  return missing && missing.join(": ");
}

/** What an entry of the allow-list asks of a Service that this one lacks. */
function lackOf(service: unknown, entry: Exposed): string | undefined {
  const missing = missingAnnotation(service, entry);
  if (missing !== undefined) return `lacks the annotation ${missing}`;
  const { type, reach = "ranges" } = entry;
  if (type === "NodePort" || reach === "public") return undefined;
  if (reach === "internal" && !isInternal(service)) {
    return "has no annotation that keeps it in the private network";
  }
  const ranges = textsAt(service, "spec", "loadBalancerSourceRanges");
  if (ranges.length === 0) return "names no spec.loadBalancerSourceRanges";
  const open = ranges.find(isWide);
  return open === undefined ? undefined : `lets in ${open}`;
}

export const serviceExposure = resourceRule({
  name: "service-exposure",
  title: "Only listed Services are reached from outside the cluster",
  why: "A LoadBalancer or a NodePort opens a door to the outside that no NetworkPolicy of a peer and no Ingress watches.",
  fix: "make it a ClusterIP without externalIPs behind an Ingress or a Gateway, or list it in the setting exposed with what that asks of it",
  severity: "high",
  frameworks: [nsaCisa("Network separation and hardening")],
  config,
  kinds: ["Service"],
  check: (subject, report, { exposed }) => {
    const extra = textsAt(subject.props, "spec", "externalIPs");
    if (extra.length > 0) report(`takes the addresses ${extra.join(", ")} by externalIPs`);
    const type = at(subject.props, "spec", "type");
    if (type !== "LoadBalancer" && type !== "NodePort") return;
    const lacks = exposed
      .filter((entry) => entry.type === type && isExempt([entry], subject))
      .map((entry) => lackOf(subject.props, entry));
    if (lacks.length === 0) report(`is a ${type} and not on the list of those that may be`);
    else if (!lacks.includes(undefined)) {
      report(`is a ${type} that ${lacks.filter((lack) => lack !== undefined).join(", or ")}`);
    }
  },
});

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

/** Google's load balancer also answers by HTTP, unless an annotation forbids that or it sends clients on. */
function isPlainOnGoogle(ingress: unknown, keys: readonly string[]): boolean {
  const isGoogles =
    ofGoogle.some((key) => keys.includes(key)) ||
    (annotation(ingress, "kubernetes.io/ingress.class") ?? "").startsWith("gce");
  const isClosed = annotation(ingress, "kubernetes.io/ingress.allow-http") === "false";
  return isGoogles && !isClosed && !keys.includes("networking.gke.io/v1beta1.FrontendConfig");
}

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
  kinds: ["networking.k8s.io/Ingress"],
  check: ({ props }, report) => {
    for (const way of plainWays(props)) report(`lets clients stay without TLS by ${way}`);
    if (hasCertificateOfCloud(props)) return;
    for (const host of bareHosts(props)) {
      report(`has no certificate for ${host === "" ? "requests to any host" : `host "${host}"`}`);
    }
  },
});
