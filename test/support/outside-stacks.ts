import { runFullProgramWith } from "./full-stack.ts";
import { runProgram, type ProgramRun } from "./stack.ts";

/** Stacks whose secrets are in a store of the owner's, one of each kind. */
export type OutsideStack = "eks" | "gke" | "own";

type Section = Readonly<Record<string, unknown>>;

/** A cluster of the owner's with every part of the platform but models, which have no secrets. */
const own = {
  modelServices: {},
  backups: { enabled: true },
  local: {
    kubeconfig: "test/support/kubeconfig.yaml",
    context: "framewright",
    registry: "registry.test.example/framewright",
    imageTag: "1",
    storageClass: "standard",
  },
};

/** @param secrets beside the store */
export function runOutside(
  stack: OutsideStack,
  secrets: Section = {},
  rotations: Section = {},
): Promise<ProgramRun> {
  const outside = { source: "external-secrets", store: "framewright" };
  const chosen = secrets["source"] === "pulumi" ? {} : { ...outside, ...secrets };
  const sections = { secrets: chosen, rotations };
  const certificate = { secret: "edge-tls" };
  switch (stack) {
    case "eks":
      return runProgram({
        stack: "prod",
        file: "docs/samples/Pulumi.prod-eks-secrets.yaml",
        instead: sections,
      });
    case "gke":
      return runProgram({ stack: "dev", file: "Pulumi.dev.yaml", instead: sections });
    case "own":
      return runFullProgramWith({ ...own, ...sections }, { certificate });
  }
}

/** Stacks that have every value of a store between them; those of later slots are the same values. */
export async function runsOfAllValues(): Promise<ProgramRun[]> {
  const runs: ProgramRun[] = [];
  for (const stack of ["eks", "gke", "own"] as const) runs.push(await runOutside(stack));
  return runs;
}
