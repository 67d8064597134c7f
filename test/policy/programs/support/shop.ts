import type { types } from "@pulumi/kubernetes";
import { guardedNamespace } from "./namespace.ts";
import { budget, deployment, podSpec, serviceAccount } from "./workload.ts";

/** A whole program that every rule accepts, around a pod; a refused one breaks one property of it. */
export function shop(spec: types.input.core.v1.PodSpec = podSpec()): void {
  guardedNamespace();
  serviceAccount();
  deployment(spec);
  budget();
}
