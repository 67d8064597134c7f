import { flag, section } from "./leaves.ts";

export const Autoscaling = section(
  "Autoscaling by queue depth with KEDA, for workers and the webhook sender; without it workers follow their CPU load",
  {
    enabled: flag(
      false,
      "Whether KEDA is deployed and moves the number of workers by the jobs that wait and run",
    ),
  },
);
