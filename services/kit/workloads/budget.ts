import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { BudgetSection } from "../../../config/schema.ts";
import { metadata, selectorLabels, type App } from "../app.ts";

/** Whether a disruption budget can hold: with one replica it would block every drain. */
export function needsBudget(replicas: number): boolean {
  return replicas >= 2;
}

/** `IntOrString` of Kubernetes: a count is a number, a share stays text. */
function countOrShare(text: string): number | string {
  return text.endsWith("%") ? text : Number(text);
}

/** One of the two, as config says; one pod at a time when it says nothing. */
function limitOf({ minAvailable, maxUnavailable }: BudgetSection) {
  return minAvailable === undefined
    ? { maxUnavailable: countOrShare(maxUnavailable ?? "1") }
    : { minAvailable: countOrShare(minAvailable) };
}

/**
 * What an eviction must leave; that it leaves a way at all is a rule of config. Broken pods may go at any
 * time, or they would block the drain of their node.
 */
export function budgetSpec(app: App, budget: BudgetSection) {
  return {
    ...limitOf(budget),
    unhealthyPodEvictionPolicy: "AlwaysAllow",
    selector: { matchLabels: selectorLabels(app) },
  };
}

export interface BudgetArgs {
  readonly app: App;
  readonly budget?: BudgetSection;
}

export function limitDisruption(
  name: string,
  { app, budget = {} }: BudgetArgs,
  parent: pulumi.Resource,
): void {
  new k8s.policy.v1.PodDisruptionBudget(
    `${name}-budget`,
    { metadata: metadata(app), spec: budgetSpec(app, budget) },
    { parent },
  );
}
