import { group } from "./rule.ts";

const pods = 'namespace="framewright-edge",deployment="edge"';

/** The proxy through which clients come; silent where there is none. */
export const edge = group("edge", {
  alerts: {
    EdgeDown: {
      expr: `kube_deployment_status_replicas_available{${pods}} == 0
        and on (namespace, deployment) kube_deployment_spec_replicas{${pods}} > 0`,
      for: "1m",
      severity: "critical",
      summary: "No pod of the edge is available.",
      description: "Nobody outside the cluster reaches anything. Jobs that run go on.",
      dashboard: "overview",
    },
    EdgeCertificateEnds: {
      expr: "min(framewright_edge_certificate_expiry_seconds) - time() < 14 * 86400",
      for: "1h",
      severity: "warning",
      summary: "The certificate of the edge ends in {{ $value | humanizeDuration }}.",
      description:
        "It should have been renewed by now. When it has ended, clients refuse the connection.",
      dashboard: "overview",
    },
    EdgeCertificateRefused: {
      expr: "sum(increase(framewright_edge_certificate_refusals_total[1h])) > 0",
      for: "10m",
      severity: "warning",
      summary: "The edge has refused a new certificate.",
      description:
        "The former one is served until it ends: the new one does not fit its key, or is none.",
      dashboard: "overview",
    },
  },
});
