import { Type } from "typebox";
import { nsaCisa } from "../../kit/frameworks.ts";
import { keysAt, listAt, numberAt, textAt } from "../../kit/json.ts";
import { objectsOf } from "../../kit/objects.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { namespaceOf, titleOf, type Subject } from "../../kit/subject.ts";

interface Listener {
  readonly name: string;
  readonly port: number | undefined;
  readonly protocol: string;
  readonly hasCertificate: boolean;
}

/** What a route is attached to; without a section or a port, to all listeners of the Gateway. */
interface Attachment {
  readonly gateway: string;
  readonly section: string | undefined;
  readonly port: number | undefined;
}

interface Gateway {
  readonly key: string;
  readonly listeners: readonly Listener[];
}

interface Route {
  readonly attachments: readonly Attachment[];
  readonly redirects: boolean;
}

interface Fact {
  readonly gateways: readonly Gateway[];
  readonly routes: readonly Route[];
}

const group = "gateway.networking.k8s.io";
/** What has listeners, by kind: sets of them add to those of a Gateway. */
const holders: Readonly<Record<string, string>> = {
  Gateway: `${group}/Gateway`,
  ListenerSet: `${group}/ListenerSet`,
  XListenerSet: "gateway.networking.x-k8s.io/XListenerSet",
};
const routeKinds = ["HTTPRoute", "GRPCRoute"].map((kind) => `${group}/${kind}`);

function hasCertificate(listener: unknown): boolean {
  return (
    textAt(listener, "tls", "mode") === "Passthrough" ||
    listAt(listener, "tls", "certificateRefs").length > 0 ||
    keysAt(listener, "tls", "options").length > 0
  );
}

function gatewayOf(
  fields: unknown,
  kind: string,
  certificateAnnotations: readonly string[],
): Gateway {
  const annotations = keysAt(fields, "metadata", "annotations");
  const isCertified = certificateAnnotations.some((key) => annotations.includes(key));
  return {
    key: `${kind}/${namespaceOf(fields)}/${textAt(fields, "metadata", "name") ?? ""}`,
    listeners: listAt(fields, "spec", "listeners").map((listener, i) => ({
      name: textAt(listener, "name") ?? String(i),
      port: numberAt(listener, "port"),
      protocol: textAt(listener, "protocol") ?? "",
      hasCertificate: isCertified || hasCertificate(listener),
    })),
  };
}

function redirectsToHttps(rule: unknown): boolean {
  return listAt(rule, "filters").some(
    (filter) =>
      textAt(filter, "type") === "RequestRedirect" &&
      textAt(filter, "requestRedirect", "scheme") === "https",
  );
}

function routeOf(fields: unknown): Route {
  const rules = listAt(fields, "spec", "rules");
  return {
    attachments: listAt(fields, "spec", "parentRefs")
      .map((parent) => ({ parent, kind: textAt(parent, "kind") ?? "Gateway" }))
      .filter(({ kind }) => kind in holders)
      .map(({ parent, kind }) => ({
        gateway: `${kind}/${textAt(parent, "namespace") ?? namespaceOf(fields)}/${textAt(parent, "name") ?? ""}`,
        section: textAt(parent, "sectionName"),
        port: numberAt(parent, "port"),
      })),
    redirects: rules.length > 0 && rules.every(redirectsToHttps),
  };
}

interface Attached {
  readonly subject: Subject;
  readonly route: Route;
  readonly attachment: Attachment;
}

/** By Gateway, so that each listener looks only at routes of its own. */
function byGateway(found: readonly { subject: Subject; fact: Fact }[]): Map<string, Attached[]> {
  const all = found.flatMap(({ subject, fact }) =>
    fact.routes.flatMap((route) =>
      route.attachments.map((attachment): Attached => ({ subject, route, attachment })),
    ),
  );
  return Map.groupBy(all, ({ attachment }) => attachment.gateway);
}

function listenerProblem(listener: Listener, routes: readonly Attached[]): string | undefined {
  const { name, protocol, port } = listener;
  if (protocol === "HTTPS" || protocol === "TLS") {
    return listener.hasCertificate ? undefined : `listener "${name}" has no certificate`;
  }
  if (protocol !== "HTTP") return `listener "${name}" takes ${protocol} without TLS`;
  const attached = routes.filter(
    ({ attachment }) => (attachment.section ?? name) === name && (attachment.port ?? port) === port,
  );
  if (attached.length === 0) {
    return `listener "${name}" takes HTTP, and no HTTPRoute of the program redirects it to HTTPS`;
  }
  const plain = attached.find(({ route }) => !route.redirects);
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
  collect: (subject, config): Fact | undefined => {
    const gateways = Object.entries(holders).flatMap(([kind, full]) =>
      objectsOf(subject, full).map(({ fields }) => ({ fields, kind })),
    );
    const routes = objectsOf(subject, ...routeKinds);
    if (gateways.length + routes.length === 0) return undefined;
    return {
      gateways: gateways.map(({ fields, kind }) =>
        gatewayOf(fields, kind, config.certificateAnnotations),
      ),
      routes: routes.map(({ fields }) => routeOf(fields)),
    };
  },
  evaluate: (found, report) => {
    const routes = byGateway(found);
    const gateways = found.flatMap(({ subject, fact }) =>
      fact.gateways.map((gateway) => ({ subject, ...gateway })),
    );
    for (const { subject, key, listeners } of gateways) {
      for (const listener of listeners) {
        const problem = listenerProblem(listener, routes.get(key) ?? []);
        if (problem !== undefined) report(subject, problem);
      }
    }
  },
});
