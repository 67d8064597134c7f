import { Type } from "typebox";
import { count, flag, memory, resources, section } from "./leaves.ts";

export const Logs = section("Logs of all pods in one place", {
  enabled: flag(false, "Whether logs are kept in one place; unset, they are with their pods alone"),
  kind: Type.Enum(["own", "cloud"], {
    default: "own",
    description:
      "Who keeps them: own deploys VictoriaLogs and its agent on each node; cloud leaves it to Cloud Logging on GKE, and on EKS to the agent that you install for CloudWatch",
  }),
  retentionDays: count(14, { min: 1, max: 400 }, "Days that VictoriaLogs keeps"),
  storage: memory("10Gi", "Size of VictoriaLogs' volume; it cannot change later"),
  resources: resources("VictoriaLogs", {
    requests: { cpu: "50m", memory: "128Mi" },
    limits: { cpu: "1", memory: "512Mi" },
  }),
});
