import type { LaterRow } from "./row.ts";

const figures002: Readonly<Record<LaterRow["part"], readonly string[]>> = {
  "autoscaling by latency": [
    "CPU workers: memory 85 % (it stays allocated after a job, so that it is no measure of load)",
  ],
  monitoring: [
    "Prometheus: 15-day retention",
    "Prometheus at port 9090; Grafana, Jaeger: 1 pod each",
    "Alerts of outages, queue depth, failure rate, GPU temperature, connections, storage errors",
  ],
  backups: [
    "Postgres in the cluster: daily at 2 AM UTC, kept for 30 days",
    "Redis: daily at 3 AM UTC (nothing in it must survive, so that it may stay out)",
    "Backups compressed, uploaded, verified; restore scripts; another region",
  ],
  runbooks: [
    "RTO: database 30 minutes, cluster 2 hours, one service 5 minutes",
    "RPO: database 24 hours, video files 0",
    "Network policies and access reviewed quarterly",
  ],
  measure: [
    "Start of a pod 10 to 30 s; service discovery under 1 s",
    "Autoscaling reacts in 30 to 120 s; rolling update 2 to 5 minutes",
    "API scales up in 30 to 60 s, down in 5 to 10 minutes; workers in 60 to 120 s and 10 to 20 minutes",
    "5000 requests a second with 10 replicas; 80 jobs at once with 20 CPU workers",
    "Use of a pod: API 300m and 800Mi, CPU worker 1500m and 5Gi, GPU worker 3000m, 10Gi and 70 % of the GPU",
    "Spot saves 60 to 90 %",
  ],
  manual: [
    "kubectl scale to 5 and to 10 replicas; wait of 300 s for pods; image v6.1.0",
    "Right-sizing example: 300m, 512Mi, 1000m, 1Gi",
  ],
};

const figures003: Readonly<Partial<Record<LaterRow["part"], readonly string[]>>> = {
};

const figures004: Readonly<Partial<Record<LaterRow["part"], readonly string[]>>> = {
  "autoscaling by latency": ["Cluster and pods scale by job queue depth and latency"],
  measure: ["V100 spot saves 60 to 90 %"],
  manual: ["kubectl logs --tail=100"],
};

/** What no golden file shows, by the part that is to bring it; nothing is left out in silence. */
export const later: readonly LaterRow[] = (
  [
    ["002", figures002],
    ["003", figures003],
    ["004", figures004],
  ] as const
).flatMap(([seed, parts]) =>
  (Object.entries(parts) as [LaterRow["part"], readonly string[]][]).flatMap(([part, figures]) =>
    figures.map((figure) => ({ seed, figure, part })),
  ),
);
