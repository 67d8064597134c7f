import { Type } from "typebox";
import { cisEks, cisGke } from "../../kit/frameworks.ts";
import { textsAt } from "../../kit/json.ts";
import type { Settings } from "../../kit/rule.ts";
import { demandRule, oneOf, type Demand } from "./demands.ts";

const config = Type.Object({
  eks: Type.Array(Type.String(), {
    default: ["api", "audit", "authenticator"],
    description: "Logs of the control plane that EKS must keep.",
  }),
  gke: Type.Array(Type.String(), {
    default: ["SYSTEM_COMPONENTS", "APISERVER"],
    description: "Components whose logs GKE must keep.",
  }),
});
type Config = (typeof config)["properties"];

function logs(path: string, cloud: "eks" | "gke"): Demand<Config> {
  return {
    path,
    holds: (value: unknown, settings: Settings<Config>) => {
      const kept = textsAt(value);
      return settings[cloud].every((log) => kept.includes(log));
    },
    problem: `doesn't keep the logs that tell who did what (${path})`,
  };
}

export const controlPlaneLogs = demandRule<Config>({
  name: "control-plane-logs",
  title: "Clusters write down who did what, and watch their own posture",
  why: "After a break-in nobody can tell what was read and changed.",
  fix: 'set enabledClusterLogTypes to ["api", "audit", "authenticator"] on EKS; on GKE add APISERVER to loggingConfig.enableComponents and set securityPostureConfig.mode to BASIC',
  severity: "medium",
  frameworks: [cisEks("Enable audit logs"), cisGke("Kubernetes Engine cluster logging")],
  config,
  demands: {
    "eks:index:Cluster": [logs("enabledClusterLogTypes", "eks")],
    "aws:eks/cluster:Cluster": [logs("enabledClusterLogTypes", "eks")],
    "gcp:container/cluster:Cluster": [
      logs("loggingConfig.enableComponents", "gke"),
      oneOf(
        "securityPostureConfig.mode",
        ["BASIC", "ENTERPRISE"],
        "doesn't look for weak workloads (securityPostureConfig.mode)",
      ),
    ],
  },
});
