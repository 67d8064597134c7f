import { count, flag, resources, section } from "./leaves.ts";
import { Type } from "typebox";

/** Seed 002, "Auto-scaling Strategy": jobs that wait or run for each worker. */
const JobsPerWorker = section(
  "Jobs that wait or run for each worker; above them workers are added",
  {
    cpu: count(10, { min: 1, max: 1000 }, "Of CPU workers"),
    gpu: count(5, { min: 1, max: 1000 }, "Of NVENC and VAAPI workers"),
  },
);

export const Autoscaling = section(
  "Autoscaling by queue depth with KEDA, for workers and the webhook sender; without it workers follow their CPU load",
  {
    enabled: flag(
      false,
      "Whether KEDA is deployed and moves the number of workers by the jobs that wait and run; the cluster may have no other server of external metrics",
    ),
    images: Type.Enum(["upstream", "own"], {
      default: "upstream",
      description:
        "KEDA's images: upstream pulls those of ghcr.io/kedacore, own takes keda-operator and keda-adapter from where our images are; the embedded node has its own",
    }),
    jobsPerWorker: JobsPerWorker,
    deliveriesPerSender: count(
      100,
      { min: 1, max: 100_000 },
      "Webhook deliveries that are due for each sender; above them senders are added (seed 003)",
    ),
    pollingSeconds: count(
      5,
      { min: 1, max: 300 },
      "Seconds between looks at the queue of workers of which there are none; with workers Kubernetes looks every 15 seconds",
    ),
    operator: resources("KEDA's operator", {
      requests: { cpu: "50m", memory: "160Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    }),
    adapter: resources("KEDA's metrics adapter", {
      requests: { cpu: "20m", memory: "96Mi" },
      limits: { cpu: "500m", memory: "256Mi" },
    }),
  },
);
