import type { Cases } from "./case.ts";

const available =
  'kube_deployment_status_replicas_available{namespace="framewright-edge",deployment="edge"}';
const wanted = 'kube_deployment_spec_replicas{namespace="framewright-edge",deployment="edge"}';
const ends = (pod: string) => `framewright_edge_certificate_expiry_seconds{pod="${pod}"}`;
const refused = 'framewright_edge_certificate_refusals_total{pod="edge-1"}';
const days = (count: number) => count * 86_400;

export const edgeCases = {
  EdgeDown: {
    firing: [
      {
        series: { [available]: "0x10", [wanted]: "2x10" },
        at: "2m",
        fires: [
          {
            labels: { namespace: "framewright-edge", deployment: "edge" },
            summary: "No pod of the edge is available.",
          },
        ],
      },
    ],
    quiet: [{ series: { [available]: "1x10", [wanted]: "2x10" }, at: "5m" }],
  },
  EdgeCertificateEnds: {
    firing: [
      {
        // One pod has not taken up the new one.
        series: { [ends("edge-1")]: `${days(13)}x90`, [ends("edge-2")]: `${days(90)}x90` },
        at: "90m",
        fires: [{ summary: "The certificate of the edge ends in 12d 22h 30m 0s." }],
      },
    ],
    quiet: [{ series: { [ends("edge-1")]: `${days(15)}x90` }, at: "90m" }],
  },
  EdgeCertificateRefused: {
    firing: [
      {
        series: { [refused]: "0x5 1x40" },
        at: "30m",
        fires: [{ summary: "The edge has refused a new certificate." }],
      },
    ],
    quiet: [{ series: { [refused]: "1x60" }, at: "60m" }],
  },
} satisfies Cases;
