import type { types } from "@pulumi/kubernetes";
import { guardedNamespace } from "./namespace.ts";
import {
  budget,
  container,
  containerSecurity,
  deployment,
  podSpec,
  serviceAccount,
} from "./workload.ts";

type PodSpec = types.input.core.v1.PodSpec;
type Container = types.input.core.v1.Container;

/** A whole program that every rule accepts, around a pod; a refused one has one property of it wrong. */
function shop(spec: PodSpec = podSpec()): void {
  guardedNamespace();
  serviceAccount();
  deployment(spec);
  budget();
}

/** The program around a pod in which `changes` replace fields. */
export function shopOf(changes: Partial<PodSpec> = {}): () => void {
  return () => {
    shop(podSpec(changes));
  };
}

/** The program around a container in which `changes` replace fields. */
export function shopWith(changes: Partial<Container>): () => void {
  return shopOf({ containers: [container(changes)] });
}

/** The program around a container in whose security context `changes` replace fields. */
export function withSecurity(changes: types.input.core.v1.SecurityContext): () => void {
  return shopWith({ securityContext: { ...containerSecurity, ...changes } });
}

/** The valid program with something beside it. */
export function beside(make: () => unknown): () => void {
  return () => {
    shop();
    make();
  };
}
