import { quantityOf } from "@framewright/contracts/quantity.ts";
import { check, NotHere, type Finding } from "../check.ts";
import {
  conditionOf,
  nameOf,
  type Autoscaler,
  type Quota,
  type ScaledObject,
} from "../kubernetes.ts";
import { ExecError } from "../../exec.ts";
import type { Stack } from "../stack.ts";

const nearlyUsed = 0.9;

export function judgeQuotas(quotas: readonly Quota[]): Finding[] {
  return quotas.flatMap((quota) => {
    const { hard = {}, used = {} } = quota.status;
    return Object.entries(hard).flatMap(([resource, limit]): Finding[] => {
      const most = quantityOf(limit) ?? 0;
      const share = most === 0 ? 0 : (quantityOf(used[resource] ?? "0") ?? 0) / most;
      if (share < nearlyUsed) return [];
      return [
        {
          level: "hint",
          what: `the quota ${nameOf(quota)} has ${used[resource] ?? "0"} of ${limit} ${resource} in use`,
          meaning: "At its limit new pods are refused, also those of a rollout.",
          remedy: "it follows from the greatest number of replicas in the stack's file: raise that",
          runbook: "quota-full",
        },
      ];
    });
  });
}

export interface ScalingFacts {
  readonly autoscalers: readonly Autoscaler[];
  readonly scaledObjects: readonly ScaledObject[];
}

function judgeAutoscaler(autoscaler: Autoscaler): Finding[] {
  const { status, spec } = autoscaler;
  const stuck = ["AbleToScale", "ScalingActive"]
    .map((type) => conditionOf(status, type))
    // Disabled is how it is at 0 replicas.
    .find((condition) => condition?.status === "False" && condition.reason !== "ScalingDisabled");
  if (stuck) {
    return [
      {
        level: "problem",
        what: `the autoscaler ${nameOf(autoscaler)} cannot act: ${stuck.message ?? stuck.reason ?? ""}`,
        meaning: "The number of pods stays as it is, whatever the load.",
        remedy: "its figures come from metrics-server or KEDA: look whether those run",
        runbook: "cannot-scale",
      },
    ];
  }
  const limited = conditionOf(status, "ScalingLimited");
  if (limited?.reason !== "TooManyReplicas" || status.currentReplicas !== spec.maxReplicas) {
    return [];
  }
  return [
    {
      level: "hint",
      what: `the autoscaler ${nameOf(autoscaler)} wants more than its ${spec.maxReplicas} pods`,
      meaning: "The load is higher than what it may answer with.",
      remedy: "raise the greatest number of replicas in the stack's file",
      runbook: "cannot-scale",
    },
  ];
}

function judgeScaledObject(scaled: ScaledObject): Finding[] {
  const ready = conditionOf(scaled.status ?? {}, "Ready");
  if (ready?.status === "False") {
    return [
      {
        level: "problem",
        what: `the ScaledObject ${nameOf(scaled)} cannot act: ${ready.message ?? ready.reason ?? ""}`,
        meaning: "Workers do not follow the queues.",
        remedy: "kubectl -n framewright-autoscaling logs deploy/keda-operator",
        runbook: "cannot-scale",
      },
    ];
  }
  if (conditionOf(scaled.status ?? {}, "Fallback")?.status !== "True") return [];
  return [
    {
      level: "problem",
      what: `the ScaledObject ${nameOf(scaled)} scales by its fallback`,
      meaning:
        "The broker or the API does not tell how many jobs there are; the number of workers stays.",
      remedy: "look at RabbitMQ and the API, and whether KEDA reaches them",
      runbook: "cannot-scale",
    },
  ];
}

export function judgeScaling({ autoscalers, scaledObjects }: ScalingFacts): Finding[] {
  return [...autoscalers.flatMap(judgeAutoscaler), ...scaledObjects.flatMap(judgeScaledObject)];
}

async function scaledObjects(stack: Stack): Promise<ScaledObject[]> {
  try {
    return await stack.list("scaledobjects");
  } catch (error) {
    // The kind itself is KEDA's.
    if (error instanceof ExecError && error.output.includes("doesn't have a resource type")) {
      return [];
    }
    throw error;
  }
}

async function readScaling(stack: Stack): Promise<ScalingFacts> {
  const [autoscalers, scaled] = await Promise.all([
    stack.list("horizontalpodautoscalers"),
    scaledObjects(stack),
  ]);
  if (autoscalers.length + scaled.length === 0) throw new NotHere("nothing scales by itself here");
  return { autoscalers, scaledObjects: scaled };
}

export const quotas = check("quotas", "how near their limits", {
  look: (stack) => stack.list("resourcequotas"),
  judge: judgeQuotas,
});
export const scaling = check("autoscalers", "able to act", {
  look: readScaling,
  judge: judgeScaling,
});
