/** Where a stack of the scenarios comes from. */
export interface StackSource {
  /** Name of the stack, and of its file in the project. */
  readonly stack: "dev" | "prod";
  readonly cloud: "gke" | "eks";
  /** The stack file of the clone. */
  readonly file: string;
}

/** The four stacks that the golden files show as well. */
export const stacks = {
  "dev-gke": { stack: "dev", cloud: "gke", file: "Pulumi.dev.yaml" },
  "prod-gke": { stack: "prod", cloud: "gke", file: "docs/samples/Pulumi.prod-gke.yaml" },
  "dev-eks": { stack: "dev", cloud: "eks", file: "docs/samples/Pulumi.dev-eks.yaml" },
  "prod-eks": { stack: "prod", cloud: "eks", file: "Pulumi.prod.yaml" },
} as const satisfies Record<string, StackSource>;

export type StackName = keyof typeof stacks;
