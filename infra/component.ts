import * as pulumi from "@pulumi/pulumi";

type Layer = "infra" | "services" | "kit";

function isKubernetes(type: string): boolean {
  return type.startsWith("kubernetes:");
}

/** Options under which all children of a component are registered. */
function govern(
  name: string,
  dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
): pulumi.ResourceTransformation {
  return ({ type, name: child, props, opts }) => {
    if (child !== name && !child.startsWith(`${name}-`)) {
      throw new pulumi.RunError(
        `resource "${child}" (${type}) is a child of "${name}": name it "${name}-<part>", names are identity`,
      );
    }
    // Order of creation and of deletion, which Pulumi does not hand down from a component to its children.
    return child !== name && isKubernetes(type) && dependsOn !== undefined
      ? { props, opts: pulumi.mergeOptions(opts, { dependsOn }) }
      : { props, opts };
  };
}

/** Base of all components: type token, options, child names, and the order of what is inside. */
export abstract class Component extends pulumi.ComponentResource {
  protected constructor(
    layer: Layer,
    type: string,
    name: string,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super(
      `framewright:${layer}:${type}`,
      name,
      {},
      {
        ...opts,
        transformations: [...(opts.transformations ?? []), govern(name, opts.dependsOn)],
      },
    );
  }
}
