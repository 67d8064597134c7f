/** Names and addresses that follow from project, region and stack alone: known in every preview. */

/** Label on everything that the stack makes, so that leftovers can be found by it. */
export const stackLabel = "framewright-stack";

/** Google takes lower case letters, digits, hyphens and underscores as a label's value; stack names may have more. */
export function labelValue(stack: string): string {
  return stack
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "-")
    .slice(0, 63);
}

export interface Place {
  readonly project: string;
  readonly region: string;
  /** The stack, as the label has it. */
  readonly stack: string;
  /** Name of the stack's network: what carries no label is found by it. */
  readonly network: string;
}

/** Where a stack is. */
export function placeOf(stack: string, at: { project: string; region: string }): Place {
  const { project, region } = at;
  const label = labelValue(stack);
  const network = `framewright-${label.replaceAll("_", "-")}`.slice(0, 60).replace(/-+$/, "");
  return { project, region, stack: label, network };
}

export function stackLabels({ stack }: Pick<Place, "stack">): Record<string, string> {
  return { [stackLabel]: stack };
}
