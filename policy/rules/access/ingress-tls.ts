import { Type } from "typebox";
import { nsaCisa } from "../../kit/frameworks.ts";
import { isPresent, keysAt, listAt, textAt, textsAt } from "../../kit/json.ts";
import { eachObject } from "../../kit/objects.ts";
import { resourceRule } from "../../kit/resource-rule.ts";

const config = Type.Object({
  certificateAnnotations: Type.Array(Type.String(), {
    default: [
      "alb.ingress.kubernetes.io/certificate-arn",
      "ingress.gcp.kubernetes.io/pre-shared-cert",
      "networking.gke.io/managed-certificates",
    ],
    description:
      "Annotations that give a cloud's load balancer its certificates, instead of spec.tls.",
  }),
  plainAnnotations: Type.Record(Type.String(), Type.String(), {
    default: {
      "nginx.ingress.kubernetes.io/ssl-redirect": "false",
      "traefik.ingress.kubernetes.io/router.tls": "false",
    },
    description: "Annotations, with their values, that let clients stay without TLS.",
  }),
});

/** `*.example.com` covers one more label, as in certificates. */
function covers(covered: string, host: string): boolean {
  if (covered === host) return true;
  return covered.startsWith("*.") && host.slice(host.indexOf(".")) === covered.slice(1);
}

/** Hosts of rules that no certificate is for; an empty one stands for all hosts. */
function bareHosts(ingress: unknown): string[] {
  const certificates = listAt(ingress, "spec", "tls").filter((item) =>
    isPresent(item, "secretName"),
  );
  // An entry without hosts is for all of them.
  if (certificates.some((item) => textsAt(item, "hosts").length === 0)) return [];
  const covered = certificates.flatMap((item) => textsAt(item, "hosts"));
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
  config,
  check: (subject, report, settings) => {
    const kinds = ["networking.k8s.io/Ingress", "extensions/Ingress"];
    eachObject(subject, kinds, report, (ingress, reportIngress) => {
      for (const [key, value] of Object.entries(settings.plainAnnotations)) {
        if (textAt(ingress, "metadata", "annotations", key) === value) {
          reportIngress(`lets clients stay without TLS by ${key}`);
        }
      }
      const annotations = keysAt(ingress, "metadata", "annotations");
      if (settings.certificateAnnotations.some((key) => annotations.includes(key))) return;
      for (const host of bareHosts(ingress)) {
        reportIngress(
          `has no certificate for ${host === "" ? "requests to any host" : `host "${host}"`}`,
        );
      }
    });
  },
});
