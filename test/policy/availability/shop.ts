import { expect } from "vitest";
import type { Rule } from "../../../policy/kit/rule.ts";
import { evaluateStack, type TestResource } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";

type Fields = Readonly<Record<string, unknown>>;

export const selector = { matchLabels: { "app.kubernetes.io/name": "cart" } };
/** Selects nothing of the shop. */
export const otherSelector = { matchLabels: { "app.kubernetes.io/name": "till" } };

export function budget(changes: Fields = {}, metadata: Fields = {}): TestResource {
  return objectOf(
    "policy/PodDisruptionBudget",
    { spec: { maxUnavailable: 1, selector, ...changes } },
    metadata,
  );
}

const target = { averageUtilization: 70, type: "Utilization" };

export function autoscaler(changes: Fields = {}, metadata: Fields = {}): TestResource {
  return objectOf(
    "autoscaling/HorizontalPodAutoscaler",
    {
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "cart" },
        minReplicas: 2,
        maxReplicas: 6,
        metrics: [{ type: "Resource", resource: { name: "cpu", target } }],
        ...changes,
      },
    },
    metadata,
  );
}

export function scaledObject(changes: Fields = {}, metadata: Fields = {}): TestResource {
  return objectOf(
    "keda.sh/ScaledObject",
    {
      spec: {
        scaleTargetRef: { name: "cart" },
        maxReplicaCount: 6,
        triggers: [{ type: "rabbitmq", metadata: { queueName: "jobs", value: "5" } }],
        ...changes,
      },
    },
    metadata,
  );
}

export function service(changes: Fields = {}, metadata: Fields = {}): TestResource {
  const ports = [{ name: "http", port: 80, targetPort: "http" }];
  return objectOf(
    "Service",
    { spec: { selector: selector.matchLabels, ports, ...changes } },
    metadata,
  );
}

/** The same as an item of a list. */
export function listOf(...resources: readonly TestResource[]): TestResource {
  const [first] = resources;
  return {
    type: `${first!.type}List`,
    name: "all",
    props: { items: resources.map(({ props }) => props) },
  };
}

/** The same as a change of an object that is made elsewhere. */
export function patchOf(resource: TestResource): TestResource {
  return { ...resource, type: `${resource.type}Patch` };
}

/** What a rule says of a program, the same whether the cluster is known or not and when it sees the stack alone. */
export function said(
  rule: Rule,
  resources: readonly TestResource[],
  config: Fields = {},
): string[] {
  const known = evaluateStack(rule, resources, { config });
  expect(evaluateStack(rule, resources, { config, unknownProvider: true })).toEqual(known);
  expect(evaluateStack(rule, resources, { config, stackOnly: true })).toEqual(known);
  return known;
}
