import { group } from "./rule.ts";
import { takenSlots } from "./series.ts";

const parts =
  'namespace="framewright-workers",deployment=~"egress|egress-proxy|livekit|web-recorder"';

/** Recorders of live streams and what they need; silent where there are none. */
export const egress = group("egress", {
  alerts: {
    RecordersDown: {
      expr: `kube_deployment_status_replicas_available{${parts}} == 0
        and on (namespace, deployment) kube_deployment_spec_replicas{${parts}} > 0`,
      for: "2m",
      severity: "critical",
      summary: "No pod of {{ $labels.deployment }} is available.",
      description:
        "Live streams go by. Recordings time out after half a minute without a recorder; without the proxy sources by http are not reached, and without LiveKit's server there are no rooms.",
      dashboard: "overview",
    },
    RecordingSlotsFull: {
      expr: `${takenSlots} > 0.9`,
      for: "5m",
      severity: "warning",
      summary:
        "{{ $value | humanizePercentage }} of the slots for recordings of {{ $labels.job }} are taken.",
      description:
        "The next recordings find no recorder and time out. What is recorded now goes on.",
      dashboard: "overview",
    },
    RecordersRestart: {
      expr: "sum by (pod) (increase(framewright_egress_restarts_total[15m])) > 3",
      severity: "warning",
      summary:
        "Processes of recordings died {{ $value | humanize }} times in 15 minutes on {{ $labels.pod }}.",
      description: "Each time a recording has lost its open segment, and goes on in a new part.",
      dashboard: "overview",
    },
    EgressProxyBusy: {
      expr: 'sum(increase(framewright_egress_proxy_requests_total{outcome="busy"}[5m])) > 0',
      severity: "warning",
      summary: "The egress proxy has refused {{ $value | humanize }} connections for want of room.",
      description:
        "Recordings by HLS and WHEP do not begin or have gaps; where media lie in a bucket, segments are stored late.",
      dashboard: "overview",
    },
  },
});
