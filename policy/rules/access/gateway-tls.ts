import { Type } from "typebox";
import { nsaCisa } from "../../kit/frameworks.ts";
import { keysAt, listAt, numberAt, textAt } from "../../kit/json.ts";
import { stackRule, type Found } from "../../kit/stack-rule.ts";
import { isKind, namespaceOf, titleOf, type Subject } from "../../kit/subject.ts";

const gatewayKind = "gateway.networking.k8s.io/Gateway";
const routeKinds = ["HTTPRoute", "GRPCRoute"].map((kind) => `gateway.networking.k8s.io/${kind}`);

interface Listener {
  readonly name: string;
  readonly port: number | undefined;
  readonly protocol: string;
  readonly hasCertificate: boolean;
}

/** What a route is attached to; without a section or a port, to all listeners of the Gateway. */
interface Parent {
  readonly gateway: string;
  readonly section: string | undefined;
  readonly port: number | undefined;
}

interface Fact {
  /** Of a Gateway. */
  readonly listeners: readonly Listener[];
  /** Of a route. */
  readonly parents: readonly Parent[];
  readonly redirects: boolean;
}

function listenersOf({ props }: Subject, certificateAnnotations: readonly string[]): Listener[] {
  const annotations = keysAt(props, "metadata", "annotations");
  const isCertified = certificateAnnotations.some((key) => annotations.includes(key));
  return listAt(props, "spec", "listeners").map((listener, i) => ({
    name: textAt(listener, "name") ?? String(i),
    port: numberAt(listener, "port"),
    protocol: textAt(listener, "protocol") ?? "",
    hasCertificate:
      isCertified ||
      textAt(listener, "tls", "mode") === "Passthrough" ||
      listAt(listener, "tls", "certificateRefs").length > 0 ||
      keysAt(listener, "tls", "options").length > 0,
  }));
}

function redirectsToHttps(rule: unknown): boolean {
  return listAt(rule, "filters").some(
    (filter) =>
      textAt(filter, "type") === "RequestRedirect" &&
      textAt(filter, "requestRedirect", "scheme") === "https",
  );
}

function routeOf({ props }: Subject): Fact {
  const rules = listAt(props, "spec", "rules");
  const parents = listAt(props, "spec", "parentRefs")
    .filter((parent) => (textAt(parent, "kind") ?? "Gateway") === "Gateway")
    .map((parent) => ({
      gateway: `${textAt(parent, "namespace") ?? namespaceOf(props)}/${textAt(parent, "name") ?? ""}`,
      section: textAt(parent, "sectionName"),
      port: numberAt(parent, "port"),
    }));
  return { listeners: [], parents, redirects: rules.length > 0 && rules.every(redirectsToHttps) };
}

function problemOf(
  { name, protocol, port, hasCertificate }: Listener,
  gateway: string,
  found: readonly Found<Fact>[],
): string | undefined {
  if (protocol === "HTTPS" || protocol === "TLS") {
    return hasCertificate ? undefined : `listener "${name}" has no certificate`;
  }
  if (protocol !== "HTTP") return `listener "${name}" takes ${protocol} without TLS`;
  const routes = found.filter(({ fact }) =>
    fact.parents.some(
      (parent) =>
        parent.gateway === gateway &&
        (parent.section ?? name) === name &&
        (parent.port ?? port) === port,
    ),
  );
  if (routes.length === 0) {
    return `listener "${name}" takes HTTP, and no HTTPRoute of the program redirects it to HTTPS`;
  }
  const plain = routes.find(({ fact }) => !fact.redirects);
  return (
    plain &&
    `listener "${name}" takes HTTP for ${titleOf(plain.subject)}, which does more than redirect`
  );
}

export const gatewayTls = stackRule({
  name: "gateway-tls",
  title: "Every listener of a Gateway has TLS, or only redirects to it",
  why: "Without TLS whoever is on the way reads and changes what clients send, their keys included.",
  fix: "give the listener protocol HTTPS and tls.certificateRefs, and attach to one of HTTP only routes whose every rule has a RequestRedirect filter with scheme https",
  severity: "high",
  frameworks: [nsaCisa("Encryption")],
  config: Type.Object({
    certificateAnnotations: Type.Array(Type.String(), {
      default: ["networking.gke.io/certmap"],
      description:
        "Annotations that give a cloud's load balancer its certificates, instead of certificateRefs.",
    }),
  }),
  collect: (subject, { certificateAnnotations }): Fact | undefined => {
    if (isKind(subject, ...routeKinds)) return routeOf(subject);
    if (!isKind(subject, gatewayKind)) return undefined;
    const listeners = listenersOf(subject, certificateAnnotations);
    return { listeners, parents: [], redirects: false };
  },
  evaluate: (found, report) => {
    for (const { subject, fact } of found) {
      for (const listener of fact.listeners) {
        const gateway = `${namespaceOf(subject.props)}/${subject.name}`;
        const problem = problemOf(listener, gateway, found);
        if (problem !== undefined) report(subject, problem);
      }
    }
  },
});
